package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
)

const (
	console = "erlang_docker.v1.ConsoleService"
	nodes   = "erlang_docker.v1.NodeService"
	rpc     = "erlang_docker.v1.RpcService"
)

var checks = []check{
	{"reflection v1 lists the services, and describes each", services},
	{"contract", contract},
	{"Chinese text", chinese},
	{"60 KiB", long},
	{"more than 64 KiB", tooLong},
	{"a value", value},
	{"a failure", failure},
	{"no call", noCall},
	{"a call without an answer", noAnswer},
	{"GetNode", getNode},
	{"ListPeers", listPeers},
	{"ListFunctions", listFunctions},
	{"Health.Check", healthCheck},
	{"Health.Watch", healthWatch},
	{"a deadline", deadline},
	{"a cancelled call", cancelled},
	{"100 calls at once on one channel", atOnce},
	{"gzip", compressed},
	{"a message of 5 MiB", tooLarge},
	{"a call between nodes without the proof", proof},
	{"a method that is not there", noMethod},
}

func services(ctx context.Context, n *node) error {
	list := &grpc_reflection_v1.ServerReflectionRequest_ListServices{}
	answer, err := n.ask(ctx, &grpc_reflection_v1.ServerReflectionRequest{MessageRequest: list})
	if err != nil {
		return err
	}
	var names []string
	for _, service := range answer.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
		if _, err := n.service(ctx, service.GetName()); err != nil {
			return err
		}
	}
	for _, name := range []string{console, nodes, rpc, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"} {
		if !slices.Contains(names, name) {
			return fmt.Errorf("%s is not among %v", name, names)
		}
	}
	return nil
}

// run is one command, and what the node answers.
func (n *node) run(ctx context.Context, command string, options ...grpc.CallOption) (object, error) {
	return n.call(ctx, console, "Run", object{"command": command}, options...)
}

func (n *node) says(ctx context.Context, command, reply string, options ...grpc.CallOption) error {
	answer, err := n.run(ctx, command, options...)
	got, _ := answer["reply"].(string) // JSON leaves out an empty one
	return same(got, reply, err)
}

func same(got, expected any, err error) error {
	if err == nil && !reflect.DeepEqual(got, expected) {
		return fmt.Errorf("%.200v instead of %.200v", got, expected)
	}
	return err
}

func refused(err error, code codes.Code) error {
	return same(status.Code(err), code, nil)
}

func contract(ctx context.Context, n *node) error {
	recorded, err := os.ReadFile("tests/contract/ws.jsonl")
	if err != nil {
		return err
	}
	lines := strings.NewReplacer("NODE_A", n.name, "NODE_B", n.peer).Replace(string(recorded))
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var pair struct{ Send, Receive string }
		if err := json.Unmarshal([]byte(line), &pair); err != nil {
			return err
		}
		if err := n.says(ctx, pair.Send, pair.Receive); err != nil {
			return fmt.Errorf("%s: %w", pair.Send, err)
		}
	}
	return nil
}

func chinese(ctx context.Context, n *node) error {
	return errors.Join(n.says(ctx, "你好，世界", "你好，世界"), n.says(ctx, `mfa string:length("你好")`, "2"))
}

func long(ctx context.Context, n *node) error {
	text := strings.Repeat("世", 20<<10)
	return n.says(ctx, text, text)
}

func tooLong(ctx context.Context, n *node) error {
	answer, err := n.run(ctx, strings.Repeat("x", 64<<10+1))
	return errors.Join(same(answer["reply"], "{error,{limit,text_bytes,65536}}", err), has(answer, "parseError"))
}

func has(answer object, outcome string) error {
	if answer[outcome] == nil {
		return fmt.Errorf("no %s in %v", outcome, answer)
	}
	return nil
}

func value(ctx context.Context, n *node) error {
	answer, err := n.run(ctx, "mfa lists:seq(-1,3,2)")
	items := []any{object{"integer": "-1"}, object{"integer": "1"}, object{"integer": "3"}}
	return same(answer["value"], object{"composite": "COMPOSITE_LIST", "items": items}, err)
}

func failure(ctx context.Context, n *node) error {
	answer, err := n.run(ctx, "rpc erlang:throw(boom)")
	expected := object{"failureClass": "FAILURE_CLASS_THROW", "reason": object{"atom": "boom"}}
	return same(answer["failure"], expected, err)
}

func noCall(ctx context.Context, n *node) error {
	answer, err := n.run(ctx, "mfa nobody")
	return errors.Join(err, has(answer, "parseError"))
}

func noAnswer(ctx context.Context, n *node) error {
	answer, err := n.run(ctx, "rpc timer:sleep(60000)")
	delete(answer, "trace")
	return same(answer, object{"reply": "{badrpc,timeout}", "callError": "CALL_ERROR_TIMEOUT"}, err)
}

func getNode(ctx context.Context, n *node) error {
	answer, err := n.call(ctx, nodes, "GetNode", object{})
	expected := []any{n.name, "NODE_KIND_A", "NODE_STATE_READY"}
	return same([]any{answer["name"], answer["kind"], answer["state"]}, expected, err)
}

func listPeers(ctx context.Context, n *node) error {
	if _, err := n.run(ctx, "rpc erlang:node()"); err != nil {
		return err
	}
	answer, err := n.call(ctx, nodes, "ListPeers", object{})
	if err != nil {
		return err
	}
	peers, _ := answer["peers"].([]any)
	if len(peers) != 1 {
		return fmt.Errorf("peers: %v", peers)
	}
	return same(peers[0].(object)["name"], n.peer, nil)
}

func listFunctions(ctx context.Context, n *node) error {
	answer, err := n.call(ctx, nodes, "ListFunctions", object{})
	if err != nil {
		return err
	}
	functions, _ := answer["functions"].([]any)
	for _, each := range functions {
		if f := each.(object); f["module"] == "lists" && f["name"] == "seq" && f["arity"] == 2.0 {
			answer, err := n.run(ctx, fmt.Sprintf("mfa %s", f["example"]))
			return errors.Join(err, has(answer, "value"))
		}
	}
	return fmt.Errorf("no lists:seq/2 among %d functions", len(functions))
}

func healthCheck(ctx context.Context, n *node) error {
	client := grpc_health_v1.NewHealthClient(n.conn)
	for _, service := range []string{"", console, nodes, rpc} {
		answer, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: service})
		if err := same(answer.GetStatus(), grpc_health_v1.HealthCheckResponse_SERVING, err); err != nil {
			return err
		}
	}
	_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: "nobody"})
	return refused(err, codes.NotFound)
}

func healthWatch(ctx context.Context, n *node) error {
	return errors.Join(
		watch(ctx, n, "", grpc_health_v1.HealthCheckResponse_SERVING),
		watch(ctx, n, "nobody", grpc_health_v1.HealthCheckResponse_SERVICE_UNKNOWN),
	)
}

// watch hears the status of a service, and then cancels.
func watch(
	ctx context.Context, n *node, service string, expected grpc_health_v1.HealthCheckResponse_ServingStatus,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	request := &grpc_health_v1.HealthCheckRequest{Service: service}
	stream, err := grpc_health_v1.NewHealthClient(n.conn).Watch(ctx, request)
	if err != nil {
		return err
	}
	answer, err := stream.Recv()
	if err := same(answer.GetStatus(), expected, err); err != nil {
		return err
	}
	cancel()
	_, err = stream.Recv()
	return refused(err, codes.Canceled)
}

func deadline(ctx context.Context, n *node) error {
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	_, err := n.run(short, "mfa timer:sleep(3000)")
	return errors.Join(refused(err, codes.DeadlineExceeded), n.says(ctx, "node", n.name))
}

func cancelled(ctx context.Context, n *node) error {
	short, cancel := context.WithCancel(ctx)
	time.AfterFunc(200*time.Millisecond, cancel)
	_, err := n.run(short, "mfa timer:sleep(3000)")
	return errors.Join(refused(err, codes.Canceled), n.says(ctx, "node", n.name))
}

func atOnce(ctx context.Context, n *node) error {
	answers := make([]error, 100)
	var calls sync.WaitGroup
	for i := range answers {
		calls.Go(func() { answers[i] = n.says(ctx, fmt.Sprintf("rpc erlang:abs(-%d)", i), fmt.Sprint(i)) })
	}
	calls.Wait()
	return errors.Join(answers...)
}

func compressed(ctx context.Context, n *node) error {
	text := strings.Repeat("x", 60<<10)
	return n.says(ctx, text, text, grpc.UseCompressor("gzip"))
}

func tooLarge(ctx context.Context, n *node) error {
	_, err := n.run(ctx, strings.Repeat("x", 5<<20))
	return errors.Join(refused(err, codes.ResourceExhausted), n.says(ctx, "node", n.name))
}

func proof(ctx context.Context, n *node) error {
	_, err := n.call(ctx, rpc, "Call", object{"module": "erlang", "function": "node"})
	return errors.Join(refused(err, codes.Unauthenticated), reason(err, "PROOF_REFUSED"))
}

func reason(err error, expected string) error {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return same(info.GetReason(), expected, nil)
		}
	}
	return fmt.Errorf("%v gives no reason", err)
}

func noMethod(ctx context.Context, n *node) error {
	nothing := &grpc_health_v1.HealthCheckRequest{}
	return refused(n.conn.Invoke(ctx, "/"+console+"/Stop", nothing, nothing), codes.Unimplemented)
}
