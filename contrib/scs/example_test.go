package tenonscs_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/tenon-go/tenon/adapters/sqlite"
	tenonscs "github.com/tenon-go/tenon/contrib/scs"
	"github.com/tenon-go/tenon/session"
)

func Example() {
	ctx := context.Background()
	sessions, err := sqlite.OpenSessions[tenonscs.Data](ctx, "sessions.db") // or another adapter's
	if err != nil {
		log.Fatal(err)
	}
	defer sessions.Close()
	if err := sessions.Migrate(ctx); err != nil { // creates the table
		log.Fatal(err)
	}
	store, err := tenonscs.New(sessions)
	if err != nil {
		log.Fatal(err)
	}
	manager := scs.New()
	manager.Store = store
	manager.Lifetime = 24 * time.Hour

	sweeper, err := session.NewManagerWithoutUsers(sessions, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	go sweeper.Run(ctx) // deletes expired sessions, about once an hour

	mux := http.NewServeMux()
	mux.HandleFunc("/put", func(_ http.ResponseWriter, r *http.Request) {
		manager.Put(r.Context(), "message", "Hello from a session!")
	})
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, manager.GetString(r.Context(), "message"))
	})
	log.Fatal(http.ListenAndServe("localhost:4000", manager.LoadAndSave(mux)))
}
