// Package peer is the door to what DCM is compared with: message-db, a message
// store made of SQL functions, and River, a queue of jobs. Both are used as their
// documentation says, on the same server and in the same run.
package peer
