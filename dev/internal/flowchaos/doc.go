// Package flowchaos attacks the whole product: the functions and the portal as
// processes, and what they talk to. People ask for machines through the public
// API while something goes wrong; afterwards every request has its one machine and
// its mails, and the checks of package checker hold.
package flowchaos
