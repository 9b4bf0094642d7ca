// Package greeting makes greetings.
package greeting

// From greets somebody in the name of a release.
func From(release, name string) string {
	if release == "" {
		release = "here"
	}
	if name == "" {
		name = "world"
	}
	return "Hello from " + release + " " + name
}
