package altered

// NextSubmit is submit as the next release might be: it records a field and a type
// of fact that nobody knows yet.
var NextSubmit = Build{
	Name: "submit-next", module: "functions/submit", source: ".",
	edits: []edit{
		{"shared/event/request.go", `	Replaces      uuid.UUID ` + "`json:\"replaces,omitzero\"`" + ` // the refused request this one resubmits
}
`, `	Replaces      uuid.UUID ` + "`json:\"replaces,omitzero\"`" + `
	CostCentre    string    ` + "`json:\"cost_centre,omitempty\"`" + `
}

type RequestAnnotated struct {
	Note string ` + "`json:\"note\"`" + `
}

func (RequestAnnotated) EventType() Type { return "io.dcm.request.annotated.v1" }
func (RequestAnnotated) fact()           {}
`},
		{"shared/event/catalog.go", `	{Zero: RequestWithdrawn{},`, `	{Zero: RequestAnnotated{}, From: Submit},
	{Zero: RequestWithdrawn{},`},
		{"functions/submit/internal/intake/wish.go", `Connection: connection, Replaces: w.Replaces,`, `Connection: connection, Replaces: w.Replaces, CostCentre: "4711",`},
		{"functions/submit/internal/intake/intake.go", `		return decider.Facts(c.Asked), nil`, `		return decider.Facts(c.Asked, event.RequestAnnotated{Note: "of tomorrow"}), nil`},
	},
}
