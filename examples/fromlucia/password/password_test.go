package password_test

import (
	"testing"

	"github.com/tenon-go/tenon/examples/fromlucia/password"
)

// What the real Lucia stored for a password that NFKC makes another text of.
func TestMatches(t *testing.T) {
	t.Parallel()
	for version, hash := range map[string]string{
		"lucia-auth 1.8.0":          "s2:sZnwso5KvGAFLQHD:0d39187bf82e1e57171a4e733bef09908d69f521b0cbd231c8568ec45d199137d6c7f31a11eb2a9f55428b1374e52170a9e20b70bf87196834ba0e22388a8c7c",
		"lucia 2.7.7":               "s2:ogb46xg4zfipqug4:f97fb01860dfc3e6f7345e9a53ad6a57e3a3df81ef95775cdcabbda1ada9e2f33489f04200f13552cf93349b1bbce794d9182cb7f76c9d27e9a0d04db60b27af",
		"lucia 3.2.2, Scrypt":       "0dc791864a9fb073c8788670de2131bd:5f43ad8166c65da6de54ec95105189a23d4b14c50be85f95eb7d6cc08936f14b68ce4bf0ab8d4314c300b2fb33af7638483244147a2f6827994f58d71e9b3cb0",
		"lucia 3.2.2, LegacyScrypt": "s2:7e1d11f6e34b132a06f38438b9bc5d80:52466cfd15a6a591141dc0be06c269470ee1cf9127d97ef5a6a9bf144482181b4b0482a074f4212f4d61978e9fceeceaf75b335fab72cb27c6abd8498f313ba4",
	} {
		for text, want := range map[string]bool{"Ｐaßwort ﬁ 1": true, "Paßwort fi 2": false} {
			if got := password.Matches(hash, text); got != want {
				t.Errorf("%s, %q: %t", version, text, got)
			}
		}
	}
}

func TestMatchesNoHash(t *testing.T) {
	t.Parallel()
	for _, hash := range []string{
		"", ":", "s2::", "salt", "salt:", "salt:no hexadecimal", "salt:00", "s2:salt:00:00",
		"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", // of bcrypt, in betas of Lucia 0
	} {
		if password.Matches(hash, "") || password.Matches(hash, "secret") {
			t.Errorf("%q matches", hash)
		}
	}
}
