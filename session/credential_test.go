package session

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func TestCredentialForm(t *testing.T) {
	t.Parallel()
	token, err := ParseToken(strings.Repeat("a", 15) + "bcdefghijklmnopqrstuvwxyz")
	if err != nil {
		t.Fatal(err)
	}
	// printf bcdefghijklmnopqrstuvwxyz | openssl sha256 -binary | basenc --base64url
	const digest = "iYLDyaI2OP7lHrinAdqYORCyN1S5HcXpevzla-DEOjo"
	if got := Credential(token, false); got != "1.."+digest {
		t.Errorf("got %q", got)
	}
	if got := Credential(token, true); got != "1.p."+digest {
		t.Errorf("got %q", got)
	}
	longest := record{persistent: true, unseen: true, current: digest, previous: digest, until: math.MinInt64}.encode()
	if len(longest) > 255 {
		t.Errorf("a credential may have %d bytes, more than stores take", len(longest))
	}
	if r, ok := parseRecord(longest); !ok || r.encode() != longest {
		t.Errorf("%q is read as %+v", longest, r)
	}
}

func TestCredentialOfNoToken(t *testing.T) {
	t.Parallel()
	if r, ok := parseRecord(Credential(Token{}, true)); ok {
		t.Errorf("read as %+v", r)
	}
}

func FuzzCredential(f *testing.F) {
	digest := strings.Repeat("d", digestLength)
	for _, seed := range []string{
		"", "1", "1.", "1..", "1.." + digest, "1.p." + digest, "1.up." + digest, "1.pp." + digest, "2.." + digest,
		"1.b." + digest, "1.pb." + digest, "1.bp." + digest, fmt.Sprintf("1.bu.%s.%s.7", digest, digest),
		"1.u." + digest, // unseen without a previous token is not valid
		fmt.Sprintf("1.pu.%s.%s.123", digest, digest), fmt.Sprintf("1..%s.%s.0123", digest, digest),
		fmt.Sprintf("1..%s.%s.", digest, digest), fmt.Sprintf("1..%s..1", digest), fmt.Sprintf("1..%s.%s.1.2", digest, digest),
		fmt.Sprintf("1..%s.%s.99999999999999999999", digest, digest),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := parseRecord(text)
		if ok && r.encode() != text {
			t.Errorf("%q is read as %+v, which is written %q", text, r, r.encode())
		}
		if ok && (len(r.current) != digestLength || r.unseen && r.previous == "") {
			t.Errorf("%q is read as %+v", text, r)
		}
	})
}

// TestStanding: which tokens are accepted, and until when.
func TestStanding(t *testing.T) {
	t.Parallel()
	newest, old, other := strings.Repeat("n", digestLength), strings.Repeat("o", digestLength), strings.Repeat("x", digestLength)
	until := time.UnixMilli(1_000_000)
	before, at := until.Add(-time.Millisecond), until
	for _, c := range []struct {
		record record
		digest string
		now    time.Time
		want   standing
	}{
		{record{current: newest}, newest, at, current},
		{record{current: newest}, old, at, refused},
		{record{current: newest}, "", at, refused},
		{record{current: newest, previous: old, until: until.UnixMilli()}, newest, at, current},
		{record{current: newest, previous: old, until: until.UnixMilli()}, old, before, superseded},
		{record{current: newest, previous: old, until: until.UnixMilli()}, old, at, refused},
		{record{current: newest, previous: old, until: until.UnixMilli()}, other, before, refused},
		{record{current: newest, previous: old, until: until.UnixMilli(), unseen: true}, old, at, superseded},
		{record{current: newest, previous: old, until: until.UnixMilli(), unseen: true}, other, at, refused},
	} {
		if got := c.record.standing(c.digest, c.now); got != c.want {
			t.Errorf("%+v: %q stands as %d, want %d", c.record, c.digest, got, c.want)
		}
	}
}
