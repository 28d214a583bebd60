package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// alerts are the names of all alerts, with the path of the runbook that each
// gives.
func alerts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	groups, _ := find(t, one(t, "production"), "PrometheusRule").at("spec", "groups").([]any)
	for _, g := range groups {
		rules, _ := g.(map[string]any)["rules"].([]any)
		for _, r := range rules {
			rule := fields{Fields: r.(map[string]any)}
			if name, ok := rule.at("alert").(string); ok {
				all[name], _ = rule.at("annotations", "runbook").(string)
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("there are no alerts")
	}
	return all
}

// TestRunbooks: whoever is woken finds what to do under the alert's name, and no
// runbook is left over.
func TestRunbooks(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../docs/runbooks/*.md")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]bool{}
	for _, path := range paths {
		written[strings.TrimSuffix(filepath.Base(path), ".md")] = true
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"## It means", "## Look", "## Do", "## Escalate"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s lacks %q", path, part)
			}
		}
	}
	for name, runbook := range alerts(t) {
		if want := "docs/runbooks/" + name + ".md"; runbook != want {
			t.Errorf("%s points to %q, want %s", name, runbook, want)
		}
		if !written[name] {
			t.Errorf("%s has no runbook", name)
		}
		delete(written, name)
	}
	for name := range written {
		t.Errorf("the runbook %s belongs to no alert", name)
	}
}

// TestAlerts has Prometheus read the rules and try them on made-up series: each
// alert fires when it should, and is silent otherwise.
func TestAlerts(t *testing.T) {
	t.Parallel()
	tests, err := os.ReadFile("testdata/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	checkTried(t, tests)
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("no promtool on the path: the rules are not tried on this machine; install the package prometheus")
	}
	rules, err := yaml.Marshal(find(t, one(t, "production"), "PrometheusRule").at("spec"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string][]byte{"rules.yaml": rules, "alerts.yaml": tests} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"check", "rules", "rules.yaml"}, {"test", "rules", "alerts.yaml"}} {
		cmd := exec.CommandContext(t.Context(), promtool, args...)
		cmd.Dir = dir
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, said)
		}
	}
}

// checkTried: each alert is seen to fire once, and to be silent once.
func checkTried(t *testing.T, tests []byte) {
	t.Helper()
	var file struct {
		Tests []struct {
			Cases []struct {
				Alert string `json:"alertname"`
				Fires []any  `json:"exp_alerts"`
			} `json:"alert_rule_test"`
		} `json:"tests"`
	}
	if err := yaml.Unmarshal(tests, &file); err != nil {
		t.Fatal(err)
	}
	var fires, silent []string
	for _, test := range file.Tests {
		for _, c := range test.Cases {
			if len(c.Fires) > 0 {
				fires = append(fires, c.Alert)
			} else {
				silent = append(silent, c.Alert)
			}
		}
	}
	for name := range alerts(t) {
		if !slices.Contains(fires, name) || !slices.Contains(silent, name) {
			t.Errorf("%s is not seen both to fire and to be silent", name)
		}
	}
}

// TestMetricsExist: a rule or a panel about a metric that nothing tells of is
// silent for ever.
func TestMetricsExist(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../shared/telemetry/telemetry.go")
	if err != nil {
		t.Fatal(err)
	}
	told := regexp.MustCompile(`Metric\w+ += "(dcm_\w+)"`).FindAllStringSubmatch(string(source), -1)
	for _, file := range []string{"overlays/production/rules.yaml", "overlays/production/dashboard.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, used := range regexp.MustCompile(`\bdcm_[a-z_]+`).FindAllString(string(text), -1) {
			base := regexp.MustCompile(`_seconds_(count|bucket|sum)$`).ReplaceAllString(used, "_seconds")
			if !slices.ContainsFunc(told, func(m []string) bool { return m[1] == base }) {
				t.Errorf("%s asks for %s, of which nothing tells", file, used)
			}
		}
	}
}
