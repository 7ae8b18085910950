package engines

import (
	"context"
	"net/http"
	"net/http/httptest"

	"github.com/tenon-go/tenon/adapters/memory"
	tenonsession "github.com/tenon-go/tenon/session"
	"github.com/tenon-go/tenon/session/web"
)

// HTTP measures the code between a request and the store, the manager and the
// middleware, on stores in memory.
var HTTP = &Engine{
	Name: "http", Title: "Manager and middleware", Base: "store", Slice: 200,
	Calls: requestCalls,
	start: startMemory,
	fill:  fillManaged,
	Competitors: []Competitor{
		{Name: "Tenon, web", About: "`web.Auth` over the manager, from the cookie to the session and its user", Open: admitRequest},
		{Name: "Tenon, manager", About: "`Manager.Validate` of a token", Open: admitToken},
		{Name: "store", About: "`SessionAndUser` of Tenon's store in memory, by id", Open: admitID},
	},
}

// managed is a manager and its store, with the tokens of all sessions.
type managed struct {
	store   *store
	manager *tenonsession.Manager[User, Device]
	ids     []string
	tokens  []tenonsession.Token
}

// fillManaged creates the sessions of the set by signing in.
func fillManaged(ctx context.Context, at *Place) error {
	s, err := memory.New[User, Device]()
	if err != nil {
		return err
	}
	manager, err := tenonsession.NewManager(s, tenonsession.Config{})
	if err != nil {
		return err
	}
	at.managed = &managed{store: s, manager: manager}
	for i := range at.Set.Users {
		if err := s.CreateUser(ctx, at.Set.user(i)); err != nil {
			return err
		}
	}
	for i := range at.Set.Sessions {
		row, err := manager.Create(ctx, at.Set.user(at.Set.owner(i)).ID, at.Set.device(i, 0))
		if err != nil {
			return err
		}
		at.managed.ids = append(at.managed.ids, string(row.ID))
		at.managed.tokens = append(at.managed.tokens, row.Token())
	}
	return nil
}

func admitID(_ context.Context, at *Place) (*Client, error) {
	return &Client{Admit: func(ctx context.Context, i int) (string, error) {
		_, u, err := at.managed.store.SessionAndUser(ctx, at.managed.ids[i])
		return u.ID, err
	}}, nil
}

func admitToken(_ context.Context, at *Place) (*Client, error) {
	return &Client{Admit: func(ctx context.Context, i int) (string, error) {
		_, u, err := at.managed.manager.Validate(ctx, at.managed.tokens[i])
		if err != nil {
			return "", err
		}
		return u.ID, nil
	}}, nil
}

func admitRequest(_ context.Context, at *Place) (*Client, error) {
	auth, err := web.New(at.managed.manager, web.Config{})
	if err != nil {
		return nil, err
	}
	cookies := CookiesOf(at.Set, web.CookieName, func(i int) string { return at.managed.tokens[i].Reveal() })
	return Through(auth.Handler, cookies, func(r *http.Request) string {
		u, _ := auth.User(r)
		return u.ID
	}), nil
}

// CookiesOf returns the values of the Cookie header for each session.
func CookiesOf(set *Set, name string, value func(i int) string) [][]string {
	list := make([][]string, set.Sessions)
	for i := range list {
		list[i] = []string{name + "=" + value(i)}
	}
	return list
}

// Through sends requests with these cookies through a middleware to a handler that calls
// whose to find the user. It reuses the request and the response, so only the middleware
// is measured.
func Through(middleware func(http.Handler) http.Handler, cookies [][]string, whose func(*http.Request) string) *Client {
	var id string
	h := middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id = whose(r)
		w.WriteHeader(http.StatusNoContent)
	}))
	w := discard{make(http.Header)}
	in := context.Background()
	plain := httptest.NewRequest(http.MethodGet, "https://shop.example.com/", nil)
	r := new(http.Request)
	return &Client{Admit: func(ctx context.Context, i int) (string, error) {
		if in != ctx { // once for all requests of a slice
			in, plain = ctx, plain.WithContext(ctx)
		}
		*r = *plain
		r.Header["Cookie"] = cookies[i]
		clear(w.header)
		id = ""
		h.ServeHTTP(w, r)
		if id == "" {
			return "", ErrAbsent
		}
		return id, nil
	}}
}

// discard is a ResponseWriter that discards the response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
