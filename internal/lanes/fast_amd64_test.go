package lanes

// Tests switch the machine code off to compare it with the Go loops.

var available = fast

func force(on bool) { fast = on && available }
