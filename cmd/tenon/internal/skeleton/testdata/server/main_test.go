package NAME_test

import (
	"net"
	"os"
	"testing"

	"example.com/NAME"
)

func TestMain(m *testing.M) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go NAME.Serve(listener)
	os.Setenv("BADGER_ADDRESS", listener.Addr().String())
	os.Exit(m.Run())
}
