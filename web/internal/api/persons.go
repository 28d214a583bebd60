package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/command"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A Person is somebody whom the tenant knows, or has erased.
type Person struct {
	ID       uuid.UUID  `json:"id" format:"uuid"`
	State    string     `json:"state" enum:"known,erased"`
	Name     *string    `json:"name" doc:"Null if erased."`
	Email    *string    `json:"email" doc:"Null if erased."`
	Roles    []string   `json:"roles" doc:"As in their last token; none if erased."`
	ErasedAt *time.Time `json:"erased_at"`
}

// A PersonPage is a page of people.
type PersonPage struct {
	Items      []Person `json:"items"`
	NextCursor *string  `json:"next_cursor"`
}

// A PersonDetail is a person with what an erasure has to do with.
type PersonDetail struct {
	Person
	OpenRequests []PersonRequest `json:"open_requests" doc:"They are in the way of an erasure."`
	VMs          int             `json:"vms" doc:"Machines that stay when the person is erased, 200 at most."`
}

// A PersonRequest is a request that is not finished.
type PersonRequest struct {
	ID    uuid.UUID    `json:"id" format:"uuid"`
	Name  string       `json:"name"`
	State RequestState `json:"state"`
}

// A NewErasure says why somebody is erased.
type NewErasure struct {
	Reason string `json:"reason" enum:"asked,left,unlawful" doc:"A code: a text would name the person, and stay."`
}

// An Erasure is done.
type Erasure struct {
	ID uuid.UUID `json:"id" format:"uuid" doc:"Of the person."`
}

type personQuery struct {
	Paging
	State string `query:"state" enum:"known,erased" doc:"Only these."`
	Q     string `query:"q" maxLength:"100" doc:"A part of the name, the address or the id."`
}

// PersonID names a person in an address.
type PersonID struct {
	ID string `path:"id" doc:"Id of a person."`
}

func (a *API) mountPersons(h huma.API) {
	handle(h, endpoint("list-people", http.MethodGet, "/api/v1/people", "people", "Whom does DCM know? By name; the erased last."), a.listPeople)
	handle(h, endpoint("get-person", http.MethodGet, "/api/v1/people/{id}", "people", "Who is this, and what would an erasure meet?"), a.getPerson)
	handle(h, endpoint("erase-person", http.MethodPost, "/api/v1/people/{id}/erase", "people", "Destroy what opens everything that is sealed about a person. It cannot be undone."), a.erasePerson)
	a.mountExport(h)
}

// listPeople opens every profile of the tenant and looks through them: names and
// addresses are nowhere in the clear, so nothing else can search or sort them.
// Decision 19 says what it costs.
func (a *API) listPeople(ctx context.Context, in *personQuery) (*body[PersonPage], error) {
	who := callerOf(ctx)
	after, err := parseCursor("people", in.Cursor)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.PersonList, uuid.Nil, uuid.Nil); err != nil {
		return nil, err
	}
	profiles, err := a.directory.Everybody(ctx, who.Tenant)
	if err != nil {
		return nil, err
	}
	b, err := a.bookOf(ctx, who.Tenant, profiles)
	if err != nil {
		return nil, err
	}
	var rows []Person
	for _, p := range profiles {
		if v := b.person(p); in.wants(v) && (after.ID == uuid.Nil || byName(v, Person{ID: after.ID, Name: nameIn(after)}) > 0) {
			rows = append(rows, v)
		}
	}
	slices.SortFunc(rows, byName)
	rows, next := page(rows, in.Limit, func(p Person) cursor { return cursor{List: "people", Name: sortKey(p), ID: p.ID} })
	return answer(PersonPage{Items: append([]Person{}, rows...), NextCursor: next}), nil
}

func (b *book) person(p readmodel.Profile) Person {
	v := Person{ID: p.ID, State: "known", Roles: append([]string{}, p.Roles...), ErasedAt: utc(p.Erased)}
	if p.Erased != nil {
		v.State = "erased"
	}
	if profile, ok := b.profiles[p.ID]; ok {
		v.Name, v.Email = &profile.Name, &profile.Email
	}
	return v
}

func (q *personQuery) wants(p Person) bool {
	if q.State != "" && q.State != p.State {
		return false
	}
	text := p.ID.String()
	if p.Name != nil {
		text += "\n" + *p.Name + "\n" + *p.Email
	}
	return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(q.Q)))
}

// byName orders people by name, those without one last.
func byName(a, b Person) int {
	return cmp.Or(strings.Compare(sortKey(a), sortKey(b)), slices.Compare(a.ID[:], b.ID[:]))
}

func sortKey(p Person) string {
	if p.Name == nil {
		return nameless
	}
	return strings.ToLower(*p.Name)
}

// nameless sorts behind all names.
const nameless = "\U0010FFFF"

func nameIn(c cursor) *string {
	if c.Name == nameless {
		return nil
	}
	return &c.Name
}

func (a *API) getPerson(ctx context.Context, in *PersonID) (*body[PersonDetail], error) {
	who := callerOf(ctx)
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.PersonList, uuid.Nil, id); err != nil {
		return nil, err
	}
	return a.personDetail(ctx, who, id)
}

func (a *API) personDetail(ctx context.Context, who identity.Caller, id uuid.UUID) (*body[PersonDetail], error) {
	profile, b, err := a.known(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	open, err := a.requests.Open(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	vms, err := a.vms.List(ctx, who.Tenant, readmodel.VMFilter{Owner: id, Limit: 200})
	if err != nil {
		return nil, err
	}
	out := PersonDetail{Person: b.person(profile), OpenRequests: make([]PersonRequest, len(open)), VMs: len(vms)}
	for i, r := range open {
		out.OpenRequests[i] = PersonRequest{ID: r.ID, Name: r.Name, State: RequestState(r.State)}
	}
	return answer(out), nil
}

// known finds somebody whom the tenant knows or has erased, and opens their profile.
func (a *API) known(ctx context.Context, tenant, id uuid.UUID) (readmodel.Profile, *book, error) {
	profiles, err := a.directory.Profiles(ctx, tenant, []uuid.UUID{id})
	if err != nil {
		return readmodel.Profile{}, nil, err
	}
	if len(profiles) == 0 || !profiles[0].Known {
		return readmodel.Profile{}, nil, readmodel.ErrNotFound
	}
	b, err := a.bookOf(ctx, tenant, profiles)
	return profiles[0], b, err
}

func (a *API) erasePerson(ctx context.Context, in *struct {
	PersonID
	submission[NewErasure]
},
) (*body[Erasure], error) {
	who := callerOf(ctx)
	person, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	id, err := a.send(ctx, who, command.Command{Type: command.ErasePerson, Subject: person.String(), Key: in.Key, Data: in.Body})
	if err != nil {
		return nil, err
	}
	// The sessions have ended with the key. What is in them goes now, and if not
	// now then when the next person signs in.
	err = a.log.Exec(ctx, who.Tenant, pglog.Statement{SQL: `delete from dcm.sessions where tenant_id = $1 and person_id = $2`, Args: []any{who.Tenant, person}})
	if err != nil {
		return nil, err
	}
	return answer(Erasure{ID: id}), nil
}
