// Asks crypto/x509 of the installed Go. Each line: purpose, seconds, end entity, sent, trusted; lists of base64 by comma.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

var purposes = map[string]x509.ExtKeyUsage{"client": x509.ExtKeyUsageClientAuth, "server": x509.ExtKeyUsageServerAuth, "any": x509.ExtKeyUsageAny}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		if err := answer(strings.Split(lines.Text(), " ")); err != nil {
			fmt.Println("no", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}

func answer(fields []string) error {
	endEntity, err := parse(fields[2])
	if err != nil {
		return err
	}
	seconds, _ := strconv.ParseInt(fields[1], 10, 64)
	_, err = endEntity.Verify(x509.VerifyOptions{
		Intermediates: pool(fields[3]),
		Roots:         pool(fields[4]),
		CurrentTime:   time.Unix(seconds, 0),
		KeyUsages:     []x509.ExtKeyUsage{purposes[fields[0]]},
	})
	return err
}

func parse(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func pool(list string) *x509.CertPool {
	certificates := x509.NewCertPool()
	for _, text := range strings.Split(list, ",") {
		if certificate, err := parse(text); err == nil {
			certificates.AddCert(certificate)
		}
	}
	return certificates
}
