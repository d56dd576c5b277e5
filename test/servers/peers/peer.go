// A TLS peer over crypto/tls. Each line of the input is a server or a client in words; test/servers/peers.ts says which.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

var policies = map[string]tls.ClientAuthType{
	"none":    tls.NoClientCert,
	"request": tls.RequestClientCert,
	"any":     tls.RequireAnyClientCert,
	"given":   tls.VerifyClientCertIfGiven,
	"require": tls.RequireAndVerifyClientCert,
}

var output sync.Mutex

func say(words ...any) {
	output.Lock()
	defer output.Unlock()
	fmt.Println(words...)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	var running sync.WaitGroup
	for lines.Scan() {
		words := map[string]string{}
		parts := strings.Split(lines.Text(), "\t")
		for _, part := range parts[1:] {
			name, value, _ := strings.Cut(part, "=")
			words[name] = value
		}
		running.Add(1)
		go func() {
			defer running.Done()
			var err error
			if parts[0] == "serve" {
				err = serve(words)
			} else {
				err = connect(words)
			}
			if err != nil {
				say(words["id"], "no", strings.ReplaceAll(err.Error(), "\n", " "))
			} else {
				say(words["id"], "ok")
			}
		}()
	}
	running.Wait()
}

func serve(words map[string]string) error {
	config, err := configure(words)
	if err != nil {
		say(words["id"], "port", 0)
		return err
	}
	config.ClientAuth = policies[words["verify"]]
	if words["ca"] != "" {
		config.ClientCAs = pool(words["ca"])
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	say(words["id"], "port", listener.Addr().(*net.TCPAddr).Port)
	plain, err := listener.Accept()
	if err != nil {
		return err
	}
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(5 * time.Second))
	return talk(tls.Server(plain, config), "pong", "ping")
}

func connect(words map[string]string) error {
	config, err := configure(words)
	if err != nil {
		// The other side is to hear of it.
		if plain, dialed := net.Dial("tcp", "127.0.0.1:"+words["port"]); dialed == nil {
			plain.Close()
		}
		return err
	}
	config.ServerName = words["name"]
	config.InsecureSkipVerify = words["verify"] == "none"
	config.RootCAs = pool(words["ca"])
	plain, err := net.Dial("tcp", "127.0.0.1:"+words["port"])
	if err != nil {
		return err
	}
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(5 * time.Second))
	return talk(tls.Client(plain, config), "ping", "pong")
}

func configure(words map[string]string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: versions[words["min"]], MaxVersion: versions[words["max"]]}
	for at, file := range strings.Split(words["cert"], ",") {
		if file == "" {
			continue
		}
		pair, err := tls.LoadX509KeyPair(file, strings.Split(words["key"], ",")[at])
		if err != nil {
			return nil, err
		}
		config.Certificates = append(config.Certificates, pair)
	}
	return config, nil
}

func pool(file string) *x509.CertPool {
	certificates := x509.NewCertPool()
	if text, err := os.ReadFile(file); err == nil {
		certificates.AppendCertsFromPEM(text)
	}
	return certificates
}

// Both have to get a word through: in TLS 1.3 a client hears of its rejection when it reads.
func talk(secure *tls.Conn, own, expected string) error {
	if err := secure.Handshake(); err != nil {
		return err
	}
	if own == "ping" {
		if _, err := io.WriteString(secure, own); err != nil {
			return err
		}
	}
	heard := make([]byte, len(expected))
	if _, err := io.ReadFull(secure, heard); err != nil {
		return err
	}
	if string(heard) != expected {
		return errors.New("something else was heard")
	}
	if own == "pong" {
		_, err := io.WriteString(secure, own)
		return err
	}
	return nil
}
