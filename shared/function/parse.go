package function

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A cloudEvent is as much of an event as a function looks at. We read events
// ourselves: the SDK weighs a megabyte and a half in every function, and its
// receiver stalls under concurrency (v2.16.2). A test holds us to it.
type cloudEvent struct {
	id, kind string
	subject  string
	tenant   string // the extension tenantid, if it is a text
	data     []byte
}

// structuredMode is the media type of an event with all its attributes in it.
const structuredMode = "application/cloudevents+json"

// parse reads an event in binary or structured mode.
func parse(h http.Header, sent []byte) (cloudEvent, error) {
	read := readBinary
	if media, _, err := mime.ParseMediaType(h.Get("Content-Type")); err == nil && media == structuredMode {
		read = readStructured
	}
	attributes, data, err := read(h, sent)
	if err == nil {
		err = check(attributes)
	}
	if err != nil {
		return cloudEvent{}, errNotAnEvent.Because(err)
	}
	return cloudEvent{
		id: attributes["id"], kind: attributes["type"], subject: attributes["subject"], tenant: attributes["tenantid"], data: data,
	}, nil
}

// readBinary takes the attributes from the headers; an empty one is none.
func readBinary(h http.Header, sent []byte) (attributes map[string]string, data []byte, err error) {
	attributes = map[string]string{}
	for header := range h {
		name, ok := strings.CutPrefix(strings.ToLower(header), "ce-")
		if value := strings.TrimSpace(h.Get(header)); ok && value != "" {
			attributes[name] = value
		}
	}
	return attributes, sent, nil
}

// readStructured takes everything from the body. Extensions may be numbers and
// truth values, of which we know none, but nothing that has parts.
func readStructured(_ http.Header, sent []byte) (attributes map[string]string, data []byte, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(sent, &members); err != nil {
		return nil, nil, err
	}
	attributes = map[string]string{}
	for name, value := range members {
		switch name {
		case "data":
			data = value
			continue
		case "data_base64":
			if err := json.Unmarshal(value, &data); err != nil {
				return nil, nil, fmt.Errorf("data_base64: %w", err)
			}
			continue
		}
		if err := plain(name); err != nil {
			return nil, nil, err
		}
		var text string
		if err := json.Unmarshal(value, &text); err == nil {
			attributes[name] = text
		} else if mandatory[name] || optional[name] != nil || value[0] == '{' || value[0] == '[' {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return attributes, data, nil
}

var (
	mandatory = map[string]bool{"specversion": true, "id": true, "type": true, "source": true}
	optional  = map[string]func(string) error{
		"subject": nonEmpty,
		"time":    func(v string) error { _, err := time.Parse(time.RFC3339Nano, v); return err },
		"dataschema": func(v string) error {
			if u, err := url.Parse(v); err != nil || !u.IsAbs() {
				return errors.Join(errors.New("must be an absolute URI"), err)
			}
			return nil
		},
		"datacontenttype": func(v string) error { _, _, err := mime.ParseMediaType(v); return err },
	}
)

// check is what CloudEvents 1.0 demands of attributes.
func check(attributes map[string]string) error {
	if v := attributes["specversion"]; v != "1.0" {
		return fmt.Errorf("specversion: %q is not known", v)
	}
	for name := range mandatory {
		if err := nonEmpty(attributes[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	source, err := url.Parse(attributes["source"])
	if err == nil {
		err = nonEmpty(source.String()) // as "#" is
	}
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	for name, value := range attributes {
		if err := plain(name); err != nil {
			return err
		}
		if valid := optional[name]; valid != nil {
			if err := valid(value); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// plain is what an attribute's name must be.
func plain(name string) error {
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return fmt.Errorf("%q: must be letters and digits", name)
	}
	return nil
}

func nonEmpty(v string) error {
	if strings.TrimSpace(v) == "" {
		return errors.New("must not be empty")
	}
	return nil
}
