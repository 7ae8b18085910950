package mongo

import "github.com/tenon-go/tenon/adapters/internal/fault"

// codes are the server's codes.
var codes = []fault.Code{
	{Code: "6", Name: "HostUnreachable", Fault: fault.Lost, Note: "from mongos, like 7, 89 and 9001"},
	{Code: "7", Name: "HostNotFound", Fault: fault.Lost},
	{Code: "24", Name: "LockTimeout", Fault: fault.Conflict, Note: "in a transaction, which waits 5 ms for a lock"},
	{Code: "50", Name: "MaxTimeMSExpired", Fault: fault.TimedOut, Note: "the driver sends the server the context's deadline, or the client's timeoutMS"},
	{Code: "89", Name: "NetworkTimeout", Fault: fault.Lost},
	{Code: "91", Name: "ShutdownInProgress", Fault: fault.Lost},
	{Code: "112", Name: "WriteConflict", Fault: fault.Conflict, Note: "only in a transaction, after 20 tries"},
	{Code: "121", Name: "DocumentValidationFailure", Fault: fault.CheckRule, Note: "the details name the field, and which rule of the validator"},
	{Code: "134", Name: "ReadConcernMajorityNotAvailableYet", Fault: fault.Unavailable, Note: "a member that has just started"},
	{Code: "189", Name: "PrimarySteppedDown", Fault: fault.Lost},
	{Code: "225", Name: "TransactionTooOld", Fault: fault.Conflict},
	{Code: "246", Name: "SnapshotUnavailable", Fault: fault.Conflict},
	{Code: "251", Name: "NoSuchTransaction", Fault: fault.Conflict, Note: "aborted during the call, for example by a primary that stepped down"},
	{Code: "262", Name: "ExceededTimeLimit", Fault: fault.Lost},
	{Code: "9001", Name: "SocketException", Fault: fault.Lost},
	{Code: "10107", Name: "NotWritablePrimary", Fault: fault.Unavailable},
	{Code: "11000", Name: "DuplicateKey", Fault: fault.NotUnique, Note: "keyPattern names the field; _id comes first; the text contains the value"},
	{Code: "11600", Name: "InterruptedAtShutdown", Fault: fault.Lost},
	{Code: "11601", Name: "Interrupted", Fault: fault.Lost, Note: "killOp"},
	{Code: "11602", Name: "InterruptedDueToReplStateChange", Fault: fault.Lost},
	{Code: "13435", Name: "NotPrimaryNoSecondaryOk", Fault: fault.Unavailable},
	{Code: "13436", Name: "NotPrimaryOrSecondary", Fault: fault.Unavailable},
	{Code: writeConcern, Name: "writeConcernError", Fault: fault.Lost, Note: "the write took place, but may be rolled back"},
}

// writeConcern stands for the code of an answer that only says that the write is not known
// to be durable.
const writeConcern = "write concern"

// rules are the operators of a validator, which the details of code 121 name.
var rules = []fault.Code{
	{Code: "bsonType", Fault: fault.CheckRule},
	{Code: "maximum", Fault: fault.OutOfRange},
	{Code: "maxLength", Fault: fault.TooLong},
	{Code: "minimum", Fault: fault.OutOfRange},
	{Code: "required", Fault: fault.Null},
}
