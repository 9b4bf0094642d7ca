// Answers every GET with a greeting; its one dependency lies in this repository.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"runtime"

	"example.com/greeting"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		fmt.Fprintln(response, greeting.From(os.Getenv("TINYSERV_RELEASE"), os.Getenv("GREETING")))
	})
	log.Println("built with", runtime.Version())
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
