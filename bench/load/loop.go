package main

import (
	"bytes"
	"syscall"
	"time"
	"unsafe"
)

const answerBytes = 4096

// load is some clients, each of which asks again as soon as it has its answer.
type load struct {
	target    *syscall.SockaddrInet4
	request   []byte
	expect    []byte
	fresh     bool // a connection for each request
	size      func([]byte) int
	epoll     int
	clients   map[int32]*client
	waiting   int // for an answer
	ending    bool
	latencies []int64
}

type client struct {
	fd     int
	sent   time.Time
	answer [answerBytes]byte
	got    int
}

func newLoad(target *syscall.SockaddrInet4, door, command, expect string, clients int) *load {
	epoll, err := syscall.EpollCreate1(0)
	check("epoll", err)
	l := &load{target: target, expect: []byte(expect), epoll: epoll, clients: map[int32]*client{}}
	l.latencies = make([]int64, 0, 1<<20)
	switch door {
	case "ws":
		l.request, l.size = textFrame(command), frameSize
	case "new", "kept":
		l.request, l.size, l.fresh = nodeRequest, responseSize, door == "new"
	default:
		fail("no such door: %q", door)
	}
	for range clients {
		c := &client{}
		l.connect(c)
		if door == "ws" {
			upgrade(c.fd)
		}
		l.ask(c)
	}
	return l
}

func (l *load) run(length time.Duration) {
	end := time.Now().Add(length)
	events := make([]syscall.EpollEvent, len(l.clients))
	for now := time.Now(); now.Before(end) && l.waiting > 0; now = time.Now() {
		for i := range wait(l.epoll, events, int(end.Sub(now).Milliseconds())+1) {
			l.receive(l.clients[events[i].Fd])
		}
	}
}

// wait gives how many events there are. Go's own way would hand its one thread on and back around each wait.
func wait(epoll int, events []syscall.EpollEvent, milliseconds int) int {
	n, _, err := syscall.RawSyscall6(syscall.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])),
		uintptr(len(events)), uintptr(milliseconds), 0, 0)
	switch err {
	case 0:
		return int(n)
	case syscall.EINTR:
		return 0
	}
	fail("epoll: %v", err)
	return 0
}

// finish waits for the answers on their way: a node that finds its clients gone would pay for it in the next measurement.
func (l *load) finish() {
	l.ending = true
	l.run(10 * time.Second)
	if l.waiting > 0 {
		fail("%d calls without an answer", l.waiting)
	}
}

// receive reads what is there; the whole answer ends the call and starts the next one.
func (l *load) receive(c *client) {
	n, err := syscall.Read(c.fd, c.answer[c.got:])
	check("read", err)
	if n == 0 {
		fail("the node closed the connection after %q", c.answer[:c.got])
	}
	c.got += n
	if size := l.size(c.answer[:c.got]); size == 0 || c.got < size {
		return
	}
	l.latencies = append(l.latencies, time.Since(c.sent).Nanoseconds())
	if !bytes.Contains(c.answer[:c.got], l.expect) {
		fail("not the answer: %q", c.answer[:c.got])
	}
	l.waiting--
	if l.fresh {
		delete(l.clients, int32(c.fd))
		check("close", syscall.Close(c.fd))
	}
	if !l.ending {
		l.ask(c)
	}
}

// ask sends the next request; a new connection counts as part of its call.
func (l *load) ask(c *client) {
	c.sent, c.got = time.Now(), 0
	if l.fresh && l.clients[int32(c.fd)] == nil {
		l.connect(c)
	}
	n, err := syscall.Write(c.fd, l.request)
	if err != nil || n != len(l.request) {
		fail("write: %d bytes, %v", n, err)
	}
	l.waiting++
}

// connect may block: on loopback the kernel takes a connection before the node accepts it.
func (l *load) connect(c *client) {
	c.fd = dial(l.target)
	l.clients[int32(c.fd)] = c
	watch(l.epoll, c.fd)
}

func dial(target *syscall.SockaddrInet4) int {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	check("socket", err)
	check("nodelay", syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
	check("connect", syscall.Connect(fd, target))
	return fd
}
