package containers

import (
	"context"
	"errors"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Pin makes the server in a container run only on these processors: "0", "0,2-3". It is
// for measurements.
func Pin(ctx context.Context, s *Server, cpus string) error {
	if s.container == nil {
		return errors.New("containers: the " + s.Engine + " server was not started here, and cannot be pinned")
	}
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return err
	}
	defer docker.Close()
	_, err = docker.ContainerUpdate(ctx, s.container.GetContainerID(), client.ContainerUpdateOptions{
		Resources: &container.Resources{CpusetCpus: cpus},
	})
	return err
}
