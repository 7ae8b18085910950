package containers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	redislogging "github.com/redis/go-redis/v9/logging"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Quiet keeps testcontainers-go, and the drivers that write about lost connections,
// from writing to standard error, for the whole process. It is for commands, before
// they start a server.
func Quiet() {
	log.SetDefault(log.NewNoopLogger())
	redislogging.Disable()
}

// chooseImage returns the image to use for a version of an engine, and the variable
// that names another.
func chooseImage(name, tag string, engine ...string) (image, variable string) {
	words := strings.NewReplacer("-", "_", ".", "_").Replace(strings.Join(engine, "_"))
	variable = "TENON_" + strings.ToUpper(words) + "_IMAGE"
	if image := os.Getenv(variable); image != "" {
		return image, variable
	}
	return name + ":" + tag, variable
}

// prepare makes sure that there is a Docker engine and that it has the image,
// so that what is missing is told at once and by name: testcontainers-go tries
// to reach a registry for a quarter of an hour. Variable is the one that names
// another image, and running the one that names a server which runs already.
func prepare(ctx context.Context, image, variable, running string) error {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return &MissingError{image, fmt.Errorf("no Docker engine answers: %w", err), "start Docker, or name its socket in DOCKER_HOST", running}
	}
	defer docker.Close()
	config := testcontainers.ReadConfig().Config
	if config.HubImageNamePrefix != "" {
		return nil // testcontainers-go gets images from elsewhere
	}
	if err := pull(ctx, docker, image); err != nil {
		return &MissingError{image, err, fmt.Sprintf("docker pull %s, or docker build one of that name, or name another image in %s", image, variable), running}
	}
	if config.RyukDisabled {
		return nil
	}
	//lint:ignore SA1019 there is no other name for it
	if err := pull(ctx, docker, testcontainers.ReaperDefaultImage); err != nil {
		return &MissingError{image, err, "TESTCONTAINERS_RYUK_DISABLED=true, which does without it", running}
	}
	return nil
}

// pull gets an image unless it is present. It tries once.
func pull(ctx context.Context, docker *testcontainers.DockerClient, image string) error {
	_, err := docker.ImageInspect(ctx, image)
	if !errdefs.IsNotFound(err) {
		return err
	}
	var options client.ImagePullOptions
	if _, auth, err := testcontainers.DockerImageAuth(ctx, image); err == nil { // else the registry asks for none
		if options.RegistryAuth, err = authconfig.Encode(auth); err != nil {
			return err
		}
	}
	progress, err := docker.ImagePull(ctx, image, options)
	if err == nil {
		defer progress.Close()
		err = progress.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("the image %s is not on this machine and cannot be pulled: %w", image, err)
	}
	return nil
}

// startPatience is how long a server may take to start: seconds, but a machine
// that is busy with others may take minutes, and a server that gives up ends the
// wait on its own.
const startPatience = 5 * time.Minute

// waitFor waits for a container's server, instead of the minute that
// testcontainers-go gives it.
func waitFor(all ...wait.Strategy) testcontainers.CustomizeRequestOption {
	return testcontainers.WithWaitStrategyAndDeadline(startPatience, all...)
}

func waitForLine(line string) *wait.LogStrategy {
	return wait.ForLog(line).WithStartupTimeout(startPatience)
}

func waitForPort(port string) *wait.HostPortStrategy {
	return wait.ForListeningPort(port).WithStartupTimeout(startPatience)
}

// published publishes these ports of a container, and no others, on the loopback
// address of the machine that runs Docker: no other machine reaches a server on
// which every client is a superuser.
func published(ports ...string) testcontainers.CustomizeRequestOption {
	return func(r *testcontainers.GenericContainerRequest) error {
		r.ExposedPorts = ports
		bound := network.PortMap{}
		for _, port := range ports {
			bound[network.MustParsePort(port)] = bindLoopback("")
		}
		return testcontainers.WithHostConfigModifier(func(h *container.HostConfig) { h.PortBindings = bound })(r)
	}
}

// bindLoopback returns a port on the loopback address. If port is empty, Docker chooses
// a free one.
func bindLoopback(port string) []network.PortBinding {
	return []network.PortBinding{{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1}), HostPort: port}}
}

// reach returns the address at which this process reaches a port of a container
// ("5432/tcp"). Where this machine is the gateway of the container's network, that
// is the container's own: Docker passes what goes to a port that is published on
// the loopback address through a process of its own, which takes a sixth of the
// time of the tests. Elsewhere, as with Docker Desktop, it is the published one.
func reach(ctx context.Context, c testcontainers.Container, port string) (string, error) {
	inspected, err := c.Inspect(ctx)
	if err != nil {
		return "", err
	}
	ours, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, n := range inspected.NetworkSettings.Networks {
		gateway := func(a net.Addr) bool {
			own, ok := a.(*net.IPNet)
			return ok && n.Gateway.IsValid() && own.IP.String() == n.Gateway.String()
		}
		if n.IPAddress.IsValid() && slices.ContainsFunc(ours, gateway) {
			return netip.AddrPortFrom(n.IPAddress, network.MustParsePort(port).Num()).String(), nil
		}
	}
	return c.PortEndpoint(ctx, port, "")
}

// remove ends a container at once: there is nothing in it to keep.
func remove(c testcontainers.Container) error {
	return testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0))
}

// abandon returns the error for which a server does not start, and removes what
// there is of its container.
func abandon(image string, err error, c testcontainers.Container) error {
	return errors.Join(fmt.Errorf("containers: starting %s: %w", image, err), remove(c))
}
