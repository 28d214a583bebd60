package export

import _ "embed"

// What every bundle carries so that it can be understood without us.
var (
	//go:embed readme.txt
	readme []byte
	//go:embed verify.py
	verifier []byte
)
