package main

import (
	"bytes"
	"slices"
	"syscall"
	"time"
)

// flood asks over many connections at once: by the clock, whatever is answered, or so many calls at a time.
type flood struct {
	pipes  map[int32]pipe
	order  []pipe
	expect []byte
	epoll  int
	asked  int
	tally  Tally
	good   []int64
	busy   []int64
}

// pipe is one connection that carries calls.
type pipe interface {
	// ask sends a call that was due then, unless the connection takes none now.
	ask(due time.Time) bool
	// receive reads what is there and tells of each call that has ended.
	receive(answered func(due time.Time, answer []byte))
}

// Tally is what a flood prints, as JSON. Latencies count from when a call was due.
type Tally struct {
	Offered     float64 `json:"offered_per_second"`
	Good        int     `json:"good"`
	GoodRate    float64 `json:"good_per_second"`
	GoodP50     float64 `json:"good_p50_ms"`
	GoodP99     float64 `json:"good_p99_ms"`
	Busy        int     `json:"busy"`
	BusyP50     float64 `json:"busy_p50_ms"`
	BusyP99     float64 `json:"busy_p99_ms"`
	Other       int     `json:"other"`
	Example     string  `json:"other_example"`
	Held        int     `json:"held_back"`
	LateAnswers int     `json:"answered_after_the_end"`
	LateSeconds float64 `json:"seconds_until_all_answered"`
	LoadCore    float64 `json:"load_core"`
}

func newFlood(target *syscall.SockaddrInet4, door, command, expect, timeout string, pipes int) *flood {
	epoll, err := syscall.EpollCreate1(0)
	check("epoll", err)
	f := &flood{pipes: map[int32]pipe{}, expect: []byte(expect), epoll: epoll}
	for range pipes {
		fd := dial(target)
		var p pipe
		switch door {
		case "ws":
			upgrade(fd)
			p = &sockets{wire: newWire(fd), request: textFrame(command)}
		case "grpc":
			p = newStreams(fd, command, timeout)
		default:
			fail("no such door: %q", door)
		}
		f.pipes[int32(fd)] = p
		f.order = append(f.order, p)
		watch(epoll, fd)
	}
	return f
}

func (f *flood) run(length time.Duration, rate float64, inFlight int) Tally {
	begun, own := time.Now(), ownSeconds()
	end := begun.Add(length)
	if rate == 0 {
		for range inFlight {
			f.ask(begun)
		}
	}
	for now := begun; now.Before(end); now = time.Now() {
		for rate > 0 && float64(f.asked) < now.Sub(begun).Seconds()*rate {
			f.ask(begun.Add(time.Duration(float64(f.asked) / rate * 1e9)))
		}
		f.receive(1, rate == 0)
	}
	f.sum(time.Since(begun).Seconds(), ownSeconds()-own)
	f.finish()
	return f.tally
}

// ask sends the next call on the next pipe that takes it; when none does, the call is held back for good.
func (f *flood) ask(due time.Time) {
	f.asked++
	for range f.order {
		p := f.order[0]
		f.order = append(f.order[1:], p)
		if p.ask(due) {
			return
		}
	}
	f.tally.Held++
}

func (f *flood) receive(milliseconds int, askAgain bool) {
	events := make([]syscall.EpollEvent, len(f.pipes))
	for i := range wait(f.epoll, events, milliseconds) {
		f.pipes[events[i].Fd].receive(func(due time.Time, answer []byte) {
			f.count(time.Since(due).Nanoseconds(), answer)
			if askAgain {
				f.ask(time.Now())
			}
		})
	}
}

func (f *flood) count(nanoseconds int64, answer []byte) {
	switch {
	case bytes.Contains(answer, f.expect):
		f.good = append(f.good, nanoseconds)
	case bytes.Contains(answer, []byte("busy")):
		f.busy = append(f.busy, nanoseconds)
	default:
		f.tally.Other++
		f.tally.Example = string(answer)
	}
}

func (f *flood) sum(seconds, own float64) {
	t := &f.tally
	t.Offered, t.LoadCore = float64(f.asked)/seconds, own/seconds
	t.Good, t.Busy, t.GoodRate = len(f.good), len(f.busy), float64(len(f.good))/seconds
	t.GoodP50, t.GoodP99 = percentiles(f.good)
	t.BusyP50, t.BusyP99 = percentiles(f.busy)
}

// finish waits for the answers to what was asked.
func (f *flood) finish() {
	begun, t := time.Now(), &f.tally
	atEnd := len(f.good) + len(f.busy) + t.Other
	missing := func() int { return f.asked - t.Held - len(f.good) - len(f.busy) - t.Other }
	for missing() > 0 && time.Since(begun) < time.Minute {
		f.receive(10, false)
	}
	t.LateAnswers = len(f.good) + len(f.busy) + t.Other - atEnd
	t.LateSeconds = time.Since(begun).Seconds()
}

func percentiles(nanoseconds []int64) (float64, float64) {
	if len(nanoseconds) == 0 {
		return 0, 0
	}
	slices.Sort(nanoseconds)
	n := len(nanoseconds)
	return float64(nanoseconds[n/2]) / 1e6, float64(nanoseconds[n*99/100]) / 1e6
}
