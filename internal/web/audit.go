package web

// AuditLog is the log of what was done.
type AuditLog interface{}
