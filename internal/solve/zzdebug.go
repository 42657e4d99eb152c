package solve

import "os"

var debug = os.Getenv("D") != ""
