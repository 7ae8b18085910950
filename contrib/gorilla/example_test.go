package tenongorilla_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/tenon-go/tenon/adapters/sqlite"
	tenongorilla "github.com/tenon-go/tenon/contrib/gorilla"
	"github.com/tenon-go/tenon/session"
)

func Example() {
	ctx := context.Background()
	rows, err := sqlite.OpenSessions[tenongorilla.Data](ctx, "sessions.db") // or another adapter's
	if err != nil {
		log.Fatal(err)
	}
	defer rows.Close()
	if err := rows.Migrate(ctx); err != nil { // creates the table
		log.Fatal(err)
	}
	store, err := tenongorilla.New(rows, []byte(os.Getenv("SESSION_KEY")))
	if err != nil {
		log.Fatal(err)
	}

	sweeper, err := session.NewManagerWithoutUsers(rows, session.Config{})
	if err != nil {
		log.Fatal(err)
	}
	go sweeper.Run(ctx) // deletes expired sessions, about once an hour

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s, err := store.Get(r, "session")
		if err != nil {
			log.Print(err) // the cookie was not made here, so the session is new
		}
		visits, _ := s.Values["visits"].(int)
		s.Values["visits"] = visits + 1
		if err := s.Save(r, w); err != nil {
			http.Error(w, "Please try again later.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "Visits:", visits+1)
	})
	log.Fatal(http.ListenAndServe("localhost:4000", nil))
}
