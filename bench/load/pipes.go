package main

import (
	"bytes"
	"syscall"
	"time"
)

// wire is a socket that nobody waits for: what it does not take now leaves later.
type wire struct {
	fd     int
	unsent []byte
	got    []byte
}

func newWire(fd int) wire {
	check("nonblock", syscall.SetNonblock(fd, true))
	return wire{fd: fd}
}

func (w *wire) send(data []byte) {
	w.unsent = append(w.unsent, data...)
	if len(w.unsent) == 0 {
		return
	}
	n, err := syscall.Write(w.fd, w.unsent)
	if err == syscall.EAGAIN {
		return
	}
	check("write", err)
	w.unsent = w.unsent[n:]
}

func (w *wire) read() {
	w.send(nil)
	buffer := make([]byte, 1<<14)
	n, err := syscall.Read(w.fd, buffer)
	if err == syscall.EAGAIN {
		return
	}
	check("read", err)
	if n == 0 {
		fail("the node closed the connection after %q", w.got)
	}
	w.got = append(w.got, buffer[:n]...)
}

// sockets is a WebSocket: answers come in the order of the commands.
type sockets struct {
	wire
	request []byte
	due     []time.Time
}

func (s *sockets) ask(due time.Time) bool {
	s.due = append(s.due, due)
	s.send(s.request)
	return true
}

func (s *sockets) receive(answered func(time.Time, []byte)) {
	s.read()
	for {
		for bytes.HasPrefix(s.got, ping) {
			s.got = s.got[len(ping):]
			s.send(pong)
		}
		size := frameSize(s.got)
		if size == 0 || len(s.got) < size {
			return
		}
		due, answer := s.due[0], s.got[:size]
		s.due, s.got = s.due[1:], s.got[size:]
		answered(due, answer)
	}
}

// The node asks now and then whether the socket is still there.
var ping, pong = []byte{0x89, 0}, []byte{0x8a, 0x80, 0, 0, 0, 0}
