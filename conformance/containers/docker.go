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

// Quiet keeps testcontainers-go, and drivers that log lost connections, from writing to
// standard error, for the whole process. Commands call it before they start a server.
func Quiet() {
	log.SetDefault(log.NewNoopLogger())
	redislogging.Disable()
}

// chooseImage returns the image for a version of an engine, and the environment variable
// that can name another image.
func chooseImage(name, tag string, engine ...string) (image, variable string) {
	words := strings.NewReplacer("-", "_", ".", "_").Replace(strings.Join(engine, "_"))
	variable = "TENON_" + strings.ToUpper(words) + "_IMAGE"
	if image := os.Getenv(variable); image != "" {
		return image, variable
	}
	return name + ":" + tag, variable
}

// prepare checks that there is a Docker engine and that it has the image, or can pull
// it. So a missing image is reported at once: testcontainers-go would try to reach a
// registry for a quarter of an hour. Variable can name another image, and running
// can name a running server.
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
		return &MissingError{image, err, fmt.Sprintf("docker pull %s, or build an image of that name, or name another image in %s", image, variable), running}
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

// pull pulls an image, unless Docker has it. It tries once.
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

// startPatience limits the start of a server. It normally takes seconds, but minutes
// on a busy machine. A server that exits ends the wait earlier.
const startPatience = 5 * time.Minute

// waitFor waits for a container's server for startPatience. Testcontainers-go would
// give it a minute.
func waitFor(all ...wait.Strategy) testcontainers.CustomizeRequestOption {
	return testcontainers.WithWaitStrategyAndDeadline(startPatience, all...)
}

// waitForLine waits until the servers of a container have logged a line. To look whether
// a port is open, testcontainers-go would start a process in the container again and again.
func waitForLine(line string) *wait.LogStrategy {
	return wait.ForLog(line).WithStartupTimeout(startPatience)
}

// ready is the line that the scripts of this package print when their servers listen.
const ready = "tenon: ready"

// published publishes only these ports of a container, and only on the loopback address
// of the machine that runs Docker. Every client of the server is a superuser, so no
// other machine must reach it.
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
// ("5432/tcp"). If this machine is the gateway of the container's network, that is the
// container's own address. Otherwise, as with Docker Desktop, it is the published
// address. Docker forwards connections to a port that is published on the loopback
// address through a process, which would take a sixth of the tests' time.
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

// reachEach returns the addresses at which this process reaches the servers on the ports
// of a container. The servers reach each other there, too.
func reachEach(ctx context.Context, c testcontainers.Container, ports []string) ([]string, error) {
	addresses := make([]string, len(ports))
	for i, port := range ports {
		var err error
		if addresses[i], err = reach(ctx, c, port+"/tcp"); err != nil {
			return nil, err
		}
	}
	return addresses, nil
}

// remove kills and removes a container, since it has nothing to keep.
func remove(c testcontainers.Container) error {
	return testcontainers.TerminateContainer(c, testcontainers.StopTimeout(0))
}

// abandon removes the container of a server that failed to start, and returns the error.
func abandon(image string, err error, c testcontainers.Container) error {
	return errors.Join(fmt.Errorf("containers: starting %s: %w", image, err), remove(c))
}
