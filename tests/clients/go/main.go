// Port 50051, as a user of grpc-go speaks to it, who has no proto files and asks the node for them by reflection.
//
// Usage: go-client ADDRESS NODE_A NODE_B
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const limit = 20 * time.Second

// node is the running node that is looked at, and its peer.
type node struct {
	*reflected
	conn       *grpc.ClientConn
	name, peer string
}

type check struct {
	name string
	run  func(ctx context.Context, n *node) error
}

func main() {
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	n := &node{reflected: &reflected{conn: conn}, conn: conn, name: os.Args[2], peer: os.Args[3]}
	var failed []string
	for _, c := range checks {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		if err := c.run(ctx, n); err != nil {
			failed = append(failed, fmt.Sprintf("  %s: %.300v", c.name, err))
		}
		cancel()
	}
	fmt.Printf("google.golang.org/grpc %s: %d of %d checks passed\n", version(), len(checks)-len(failed), len(checks))
	for _, line := range failed {
		fmt.Println(line)
	}
	os.Exit(min(len(failed), 1))
}

func version() string {
	built, _ := debug.ReadBuildInfo()
	for _, module := range built.Deps {
		if module.Path == "google.golang.org/grpc" {
			return module.Version
		}
	}
	return "?"
}
