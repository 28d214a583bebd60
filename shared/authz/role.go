package authz

// A roleSet has one bit for each role.
type roleSet uint8

// A row says who may do an action, by the relation.
type row struct{ self, other roleSet }

// setOf reads role names as they stand in a token.
func setOf(names []string) roleSet {
	var s roleSet
	for _, n := range names {
		s |= roleNames[n]
	}
	return s
}
