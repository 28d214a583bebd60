// Package render writes mails: HTML and plain text, in German and in English.
//
// The words are in templates/<language>.tmpl, as plain text; two layouts put
// them into HTML, where everything is escaped, and into text. A mail loads
// nothing from anywhere, so that opening it tells nobody anything.
package render
