package main

import (
	"bytes"
	"syscall"
)

var (
	echoUpgrade  = []byte("HTTP/1.1 101 Switching Protocols\r\n\r\n")
	echoResponse = []byte("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnode")
	echoFrame    = []byte("\x81\x04node")
)

// serveEcho answers every request with the same bytes, understanding none.
func serveEcho(address *syscall.SockaddrInet4) {
	listener, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	check("socket", err)
	check("reuse", syscall.SetsockoptInt(listener, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	check("bind", syscall.Bind(listener, address))
	check("listen", syscall.Listen(listener, 1024))
	epoll, err := syscall.EpollCreate1(0)
	check("epoll", err)
	watch(epoll, listener)
	buffer, events := make([]byte, answerBytes), make([]syscall.EpollEvent, 64)
	for {
		for i := range wait(epoll, events, -1) {
			if fd := int(events[i].Fd); fd != listener {
				answer(fd, buffer)
			} else if accepted, _, err := syscall.Accept4(listener, 0); err == nil {
				check("nodelay", syscall.SetsockoptInt(accepted, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1))
				watch(epoll, accepted)
			}
		}
	}
}

func watch(epoll, fd int) {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	check("epoll", syscall.EpollCtl(epoll, syscall.EPOLL_CTL_ADD, fd, &event))
}

func answer(fd int, buffer []byte) {
	n, err := syscall.Read(fd, buffer)
	if n <= 0 || err != nil {
		syscall.Close(fd)
		return
	}
	reply := echoFrame
	if bytes.HasPrefix(buffer[:n], []byte("POST ")) {
		reply = echoResponse
	} else if bytes.HasPrefix(buffer[:n], []byte("GET ")) {
		reply = echoUpgrade
	}
	// The client may have gone away; its end shows at the next read.
	_, _ = syscall.Write(fd, reply)
}
