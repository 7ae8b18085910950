package sqlite_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/tenon-go/tenon/internal/environment"
	"github.com/tenon-go/tenon/internal/testing/scratch"
)

// tryInChild tries a case in another process.
func tryInChild(ctx context.Context, tr trial) environment.Verdict {
	dir, err := scratch.MkdirTemp()
	if err != nil {
		return fault(err)
	}
	defer os.RemoveAll(dir)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childWork+"=try", childFile+"="+dir, childName+"="+hexed(tr.key()))
	cmd.Env = append(cmd.Env, tr.variable()...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fault(fmt.Errorf("the process of the try: %w\n%s", err, stderr.String()))
	}
	var v environment.Verdict
	if err := json.Unmarshal(out, &v); err != nil {
		return fault(err)
	}
	return v
}

func hexed(text string) string { return fmt.Sprintf("%x", text) }

// try is the work of that process.
func try(ctx context.Context, dir, name string) error {
	byKey, _, err := trials(ctx)
	if err != nil {
		return err
	}
	for key, tr := range byKey {
		if hexed(key) != name {
			continue
		}
		if tr.prepare != nil {
			if err := tr.prepare(dir); err != nil {
				return err
			}
		}
		return json.NewEncoder(os.Stdout).Encode(tr.try(ctx, dir, []trial{tr}))
	}
	return errors.New("no such case")
}
