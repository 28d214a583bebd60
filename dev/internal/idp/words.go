package idp

import (
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/text/language"
)

// words are the pages' texts in one language.
type words struct {
	Lang, Title, Lead, Username, Password, SignIn, Wrong, Expired, SignedOut, Close string
}

var (
	languages = language.NewMatcher([]language.Tag{language.English, language.German})

	texts = []words{{
		Lang: "en", Title: "Sign in", Lead: "Sign in to the portal of your cloud service provider.",
		Username: "User name or e-mail", Password: "Password", SignIn: "Sign in",
		Wrong:     "User name or password is wrong.",
		Expired:   "This sign-in has expired. Please go back to the portal and start again.",
		SignedOut: "You are signed out", Close: "You can close this window.",
	}, {
		Lang: "de", Title: "Anmelden", Lead: "Melden Sie sich am Portal Ihres Cloud-Anbieters an.",
		Username: "Benutzername oder E-Mail", Password: "Passwort", SignIn: "Anmelden",
		Wrong:     "Benutzername oder Passwort ist falsch.",
		Expired:   "Diese Anmeldung ist abgelaufen. Bitte beginnen Sie im Portal noch einmal.",
		SignedOut: "Sie sind abgemeldet", Close: "Sie können dieses Fenster schließen.",
	}}
)

// wordsFor prefers the languages that the client asks for over the browser's.
func wordsFor(r *http.Request, asked oidc.Locales) words {
	_, i := language.MatchStrings(languages, append(tags(asked), r.Header.Get("Accept-Language"))...)
	return texts[i]
}

func tags(asked oidc.Locales) []string {
	var all []string
	for _, tag := range asked {
		all = append(all, tag.String())
	}
	return all
}
