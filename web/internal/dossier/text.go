package dossier

import "time"

// texts are the words of a language.
type texts struct {
	title, note, none, yes, no, erased, end, layout string
	labels                                          map[string]string
}

func textsOf(locale string) texts {
	if locale == "de" {
		return german
	}
	return english
}

// label is a key in words; one without a word stands for itself.
func (t texts) label(key string) string {
	if l := t.labels[key]; l != "" {
		return l
	}
	return key
}

func (t texts) moment(at time.Time) string { return at.UTC().Format(t.layout) }

var english = texts{
	title: "What DCM knows about a person",
	note: "This is everything that DCM keeps about this person in this organisation. Other people appear with ids only, never by name; " +
		"texts that others have written are theirs, and stay sealed here. Times are UTC. Mails that have left, backups, audit bundles and what lies " +
		"at the identity provider are not in it.",
	none: "Nothing.", yes: "yes", no: "no", erased: "Erased person", end: "End: this is complete.", layout: "2 January 2006, 15:04:05 UTC",
	labels: map[string]string{
		"profile": "Profile", "sessions": "Sessions", "requests": "Requests", "decisions": "Decisions on requests of others", "machines": "Machines",
		"messages": "Messages and mails", "facts": "Event log", "name": "Name", "email": "E-mail", "locale": "Language", "roles": "Roles", "erased_at": "Erased",
		"created_at": "Begun", "seen_at": "Last used", "id": "Id", "state": "State", "project": "Project", "template": "Template", "size": "Size",
		"network": "Network", "lease_days": "Days of lease", "justification": "Justification", "submitted_at": "Submitted", "updated_at": "Changed",
		"request": "Request", "decision": "Decision", "decided_at": "Decided", "reason": "Reason", "hostname": "Host name", "address": "Address",
		"power_state": "Power", "made_at": "Made", "lease_ends_at": "Lease ends", "message": "Message", "subject": "About", "queued_at": "Told",
		"read": "Read", "mail": "Mail", "recorded_at": "Recorded", "type": "Type", "stream": "Object", "actor": "By", "data": "Content", "requester": "Requester",
	},
}

var german = texts{
	title: "Was DCM über eine Person weiß",
	note: "Das ist alles, was DCM in dieser Organisation über diese Person aufbewahrt. Andere Personen kommen nur mit Kennungen vor, nie mit Namen; " +
		"Texte, die andere geschrieben haben, gehören ihnen und bleiben hier versiegelt. Zeiten sind UTC. Nicht enthalten sind versandte E-Mails, " +
		"Sicherungen, Nachweispakete und was beim Anmeldedienst liegt.",
	none: "Nichts.", yes: "ja", no: "nein", erased: "Gelöschte Person", end: "Ende: Die Auskunft ist vollständig.", layout: "02.01.2006, 15:04:05 UTC",
	labels: map[string]string{
		"profile": "Profil", "sessions": "Sitzungen", "requests": "Anträge", "decisions": "Entscheidungen über Anträge anderer", "machines": "Maschinen",
		"messages": "Nachrichten und E-Mails", "facts": "Ereignisse", "name": "Name", "email": "E-Mail", "locale": "Sprache", "roles": "Rollen", "erased_at": "Gelöscht",
		"created_at": "Begonnen", "seen_at": "Zuletzt benutzt", "id": "Kennung", "state": "Stand", "project": "Projekt", "template": "Vorlage", "size": "Größe",
		"network": "Netz", "lease_days": "Laufzeit in Tagen", "justification": "Begründung", "submitted_at": "Eingereicht", "updated_at": "Geändert",
		"request": "Antrag", "decision": "Entscheidung", "decided_at": "Entschieden", "reason": "Grund", "hostname": "Hostname", "address": "Adresse",
		"power_state": "Betriebszustand", "made_at": "Erstellt", "lease_ends_at": "Laufzeit bis", "message": "Nachricht", "subject": "Worüber", "queued_at": "Mitgeteilt",
		"read": "Gelesen", "mail": "E-Mail", "recorded_at": "Festgehalten", "type": "Art", "stream": "Objekt", "actor": "Durch", "data": "Inhalt", "requester": "Antragsteller",
	},
}
