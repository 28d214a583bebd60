// Package portal serves the browser side: the files that Vite has built, and the
// headers that tell browsers what the portal's pages may do.
package portal
