// SPDX-License-Identifier: MIT

package browser

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one Chromium for all tests, nil if there is none.
var browser context.Context

func TestMain(m *testing.M) {
	code := func() int {
		path := chromium()
		if path == "" {
			return m.Run() // each test says so
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("hide-scrollbars", false), chromedp.WSURLReadTimeout(time.Minute))
		ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
		defer cancel()
		browser, cancel = chromedp.NewContext(ctx)
		defer cancel()
		if err := chromedp.Run(browser); err != nil {
			os.Stderr.WriteString(path + ": " + err.Error() + "\n")
			return 1
		}
		return m.Run()
	}()
	os.Exit(code)
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// need skips a test where there is no browser; in CI that is an error.
func need(t *testing.T) {
	t.Helper()
	switch {
	case browser != nil:
	case os.Getenv("MMCHECK_CI") != "":
		t.Fatal("no Chromium in PATH")
	default:
		t.Skip("no Chromium in PATH")
	}
}

// root is the checkout.
func root() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return dir
}

// made are the pages that were written so far, by command.
var made struct {
	sync.Mutex
	dir   string
	files map[string]string
}

// write lets mmcheck write the page of a check, once, and returns its file.
func write(t *testing.T, args ...string) string {
	t.Helper()
	made.Lock()
	defer made.Unlock()
	if made.files == nil {
		dir, err := os.MkdirTemp("", "mmcheck-pages")
		if err != nil {
			t.Fatal(err)
		}
		made.dir, made.files = dir, map[string]string{}
	}
	key := strings.Join(args, " ")
	if made.files[key] == "" {
		file := filepath.Join(made.dir, strings.NewReplacer("/", "_", " ", "_").Replace(key)+".html")
		if err := os.WriteFile(file, html(t, args...), 0o666); err != nil {
			t.Fatal(err)
		}
		made.files[key] = file
	}
	return made.files[key]
}

// html is the page that mmcheck prints.
func html(t *testing.T, args ...string) []byte {
	return output(t, append([]string{"--format=html"}, args...)...)
}

// output is what a check prints.
func output(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(filepath.Join(root(), "bin", "mmcheck"), append([]string{"check"}, args...)...)
	cmd.Dir = root()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		t.Fatalf("%v: %v (is bin/mmcheck built?)", cmd.Args, err)
	}
	return out
}

// tab is a page that is open.
type tab struct {
	t   *testing.T
	ctx context.Context
	mu  sync.Mutex
	// heard is what the browser said of the page, requested what it asked for.
	heard, requested []string
}

// size is that of a window.
type size struct{ w, h int64 }

var desk = size{1366, 768}

// open opens a file, in a window of some size, before which setup is done.
func open(t *testing.T, file, fragment string, window size, setup ...chromedp.Action) *tab {
	t.Helper()
	need(t)
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	p := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, func(ev any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventConsoleAPICalled:
			p.heard = append(p.heard, string(ev.Type))
		case *runtime.EventExceptionThrown:
			p.heard = append(p.heard, ev.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			p.heard = append(p.heard, ev.Entry.Text)
		case *network.EventRequestWillBeSent:
			p.requested = append(p.requested, ev.Request.URL)
		}
	})
	u := url.URL{Scheme: "file", Path: file, Fragment: fragment}
	p.do(append(append([]chromedp.Action{log.Enable(), network.Enable(), emulation.SetDeviceMetricsOverride(window.w, window.h, 1, false)}, setup...),
		chromedp.Navigate(u.String()))...)
	return p
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// js evaluates an expression.
func js[T any](p *tab, expression string) T {
	p.t.Helper()
	var x T
	p.do(chromedp.Evaluate(expression, &x))
	return x
}

// keys types, one key after the other.
func (p *tab) keys(ks string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(ks))
}

// step is the one that is chosen.
func (p *tab) step() int {
	p.t.Helper()
	return js[int](p, `+document.querySelector("tr[aria-selected=true]").dataset.s`)
}

// shot is a picture of the window, kept where SHOTS names a directory.
func (p *tab) shot(name string) []byte {
	p.t.Helper()
	var png []byte
	p.do(chromedp.CaptureScreenshot(&png))
	if dir := os.Getenv("SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666); err != nil {
			p.t.Fatal(err)
		}
	}
	return png
}

// quiet fails if the browser complained, or asked for anything but the file.
func (p *tab) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.heard) > 0 {
		p.t.Errorf("the browser says: %q", p.heard)
	}
	if len(p.requested) != 1 {
		p.t.Errorf("the page asked for %q", p.requested)
	}
}
