package telemetry

// Spans, by what they are about; behind some stands the type of the command or
// fact.
const (
	SpanSend     = "send"     // web gives a command to a function
	SpanCommand  = "command"  // a function carries it out
	SpanAppend   = "append"   // facts are recorded; consumers continue here
	SpanAnnounce = "announce" // the broker is told
	SpanDoorbell = "doorbell" // the broker tells a function
	SpanTick     = "tick"     // a function takes up what it owes
	SpanFact     = "act on"   // the work that a fact makes
	SpanTimer    = "timer"    // the work that a function has promised itself
	SpanVSphere  = "vsphere"  // a step on the hypervisor
	SpanMail     = "smtp send"
	SpanStore    = "s3"
)

// Attributes of spans.
const (
	attrTenant  = "dcm.tenant_id"
	attrStream  = "dcm.stream_id"
	attrFact    = "dcm.fact_type"
	attrCommand = "dcm.command"
	attrTimer   = "dcm.timer"
	attrAttempt = "dcm.attempt"
	attrOutcome = "dcm.outcome"
	attrMethod  = "http.request.method"
	attrRoute   = "http.route"
	attrStatus  = "http.response.status_code"
	attrError   = "error.type"
)

// Metrics, in the text format of Prometheus. Labels are function, type and the
// like: of closed sets, and never a tenant or a person.
const (
	MetricHandling      = "dcm_handling_seconds"           // function, kind, type, outcome
	MetricUnannounced   = "dcm_announcements_failed_total" // function
	MetricTicks         = "dcm_ticks_total"                // function
	MetricGivenBack     = "dcm_work_given_back_total"      // function, kind, type, outcome
	MetricGivenUp       = "dcm_work_dead_total"            // function, kind, type, outcome
	MetricRequest       = "dcm_web_request_seconds"        // method, route, status
	MetricLive          = "dcm_web_live_views"             //
	MetricOwed          = "dcm_work_owed"                  // function
	MetricOldest        = "dcm_work_oldest_seconds"        // function
	MetricDead          = "dcm_dead_letters"               // function
	MetricConnections   = "dcm_database_connections"       // state
	MetricConnectionMax = "dcm_database_connections_max"   //
	MetricWaits         = "dcm_database_pool_waits_total"  //
	MetricUnknownDebts  = "dcm_work_unknown"               // 1 if the log cannot be asked
	MetricUnsequenced   = "dcm_facts_unsequenced"          // facts in no history tree
	MetricUnsigned      = "dcm_checkpoint_lag_seconds"     // of the oldest fact without a checkpoint
	MetricCheckpoint    = "dcm_checkpoint_age_seconds"     // of the newest checkpoint
	MetricMoved         = "dcm_trees_moved"                // that stand still until a move is accepted
)
