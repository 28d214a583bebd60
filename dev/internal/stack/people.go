package stack

// people are everybody in the realm, with the passwords of this installation.
func (s *Stack) people() []Person {
	slug := map[string]string{}
	for _, t := range s.Issuer.Tenants() {
		slug[t.ID] = t.Slug
	}
	var all []Person
	for _, u := range s.Issuer.People() {
		all = append(all, Person{
			Tenant: slug[u.TenantID], Username: u.Username, Password: u.Password, Name: u.Name(), Email: u.Email, Roles: u.Roles,
		})
	}
	return all
}
