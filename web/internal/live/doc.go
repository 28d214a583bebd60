// Package live tells open pages what has changed, by server-sent events.
//
// One follower per process reads the order of the log's commits while anybody
// listens, and hands each change to the viewers who may see it: which stream,
// which kind of fact, nothing of what is in it. The page asks again for what it
// shows of that.
//
//	event: hello    at the start; data {"resumed":true} if nothing was missed
//	                since Last-Event-ID, false if the page must ask for all again
//	event: change   data {"type","stream_id","version"}; id is the place in the
//	                log, from which the browser resumes by Last-Event-ID
//	comment         every 15 seconds, with the place reached
//
// A viewer who cannot keep up is let go: the browser comes back and resumes. A
// view ends when its session does, and when the process drains.
package live
