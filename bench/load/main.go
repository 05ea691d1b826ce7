// Load for one node: closed loops over WebSocket or HTTP, in one thread that waits for all sockets at once.
//
// It calls the system directly: Go's own network layer costs as much again as the sockets do. Usage:
//
//	load -address 127.0.0.1:9090 -door ws -command 'rpc erlang:node()' -expect NAME -clients 16 -seconds 3
//	load -address 127.0.0.1:50051 -door grpc -command 'rpc erlang:node()' -expect NAME -pipes 40 -rate 3000
//	load -address 127.0.0.1:9999 -echo
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Result is what one measurement prints, as JSON.
type Result struct {
	Calls     int       `json:"calls"`
	PerSecond float64   `json:"per_second"`
	P50       float64   `json:"p50_us"`
	P99       float64   `json:"p99_us"`
	LoadCore  float64   `json:"load_core"`
	NodeCPU   []float64 `json:"node_cpu_us"`
}

func main() {
	address := flag.String("address", "", "IPv4 address and port of the node, or of the echo")
	door := flag.String("door", "ws", "ws: commands over WebSocket; new, kept: POST /node on new or kept connections")
	command := flag.String("command", "node", "what each WebSocket sends")
	expect := flag.String("expect", "", "what every answer must contain")
	clients := flag.Int("clients", 1, "how many wait for an answer at once")
	seconds := flag.Float64("seconds", 3, "how long to measure, after a fifth of that to warm up")
	pids := flag.String("pids", "", "processes whose processor time is counted, with commas")
	echo := flag.Bool("echo", false, "be the trivial server that shows what this generator can do at most")
	pipes := flag.Int("pipes", 0, "flood: over so many connections, of door ws or grpc, and say what became of each call")
	rate := flag.Float64("rate", 0, "flood: calls a second, whatever is answered; 0: as many at once as there are clients")
	timeout := flag.String("timeout", "", "flood: what gRPC calls have, such as 2S")
	flag.Parse()

	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)        // it makes a few megabytes in all; no pauses
	debug.SetMemoryLimit(1 << 30) // but a flood makes more
	target := parseAddress(*address)
	if *echo {
		serveEcho(target)
		return
	}
	if *pipes > 0 {
		flood := newFlood(target, *door, *command, *expect, *timeout, *pipes)
		print(flood.run(time.Duration(*seconds*1e9), *rate, *clients))
		return
	}
	load := newLoad(target, *door, *command, *expect, *clients)
	load.run(time.Duration(*seconds / 5 * 1e9))
	result := load.measure(time.Duration(*seconds*1e9), splitPids(*pids))
	load.finish()
	print(result)
}

// measure runs the loops for a while and gives what they did.
func (l *load) measure(length time.Duration, pids []string) Result {
	l.latencies = l.latencies[:0]
	nodesBefore, ownBefore, start := nodeSeconds(pids), ownSeconds(), time.Now()
	l.run(length)
	elapsed := time.Since(start).Seconds()
	calls := len(l.latencies)
	if calls == 0 {
		fail("no answer in %v", length)
	}
	nodes := nodeSeconds(pids)
	for i := range nodes {
		nodes[i] = (nodes[i] - nodesBefore[i]) / float64(calls) * 1e6
	}
	slices.Sort(l.latencies)
	return Result{
		Calls:     calls,
		PerSecond: float64(calls) / elapsed,
		P50:       float64(l.latencies[calls/2]) / 1e3,
		P99:       float64(l.latencies[calls*99/100]) / 1e3,
		LoadCore:  (ownSeconds() - ownBefore) / elapsed,
		NodeCPU:   nodes,
	}
}

func print(result any) {
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fail("%v", err)
	}
}

func parseAddress(text string) *syscall.SockaddrInet4 {
	address, err := net.ResolveTCPAddr("tcp4", text)
	if err != nil || address.IP.To4() == nil {
		fail("not an IPv4 address and port: %q", text)
	}
	return &syscall.SockaddrInet4{Port: address.Port, Addr: [4]byte(address.IP.To4())}
}

func splitPids(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
}

// ownSeconds is the processor time of this process.
func ownSeconds() float64 {
	var usage syscall.Rusage
	check("getrusage", syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

// nodeSeconds is the processor time of other processes; the kernel counts it in hundredths.
func nodeSeconds(pids []string) []float64 {
	seconds := make([]float64, len(pids))
	for i, pid := range pids {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		check("processor time", err)
		// The name, in brackets, may contain spaces.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		for _, ticks := range fields[11:13] {
			n, err := strconv.Atoi(ticks)
			check("processor time", err)
			seconds[i] += float64(n) / 100
		}
	}
	return seconds
}

func check(what string, err error) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "load: "+format+"\n", values...)
	os.Exit(1)
}
