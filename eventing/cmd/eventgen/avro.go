package main

import "fmt"

// avroSchemas makes eventing/schemas/<type>.avsc for the data of each fact. Free
// objects, which Avro does not have, are JSON in a string.
func avroSchemas(facts []fact) (outputs, error) {
	out := outputs{}
	for _, f := range facts {
		schema := avroRecord(f.Data, "io.dcm", map[string]bool{})
		text, err := indented(schema)
		if err != nil {
			return nil, fmt.Errorf("avro schema of %s: %w", f.Type, err)
		}
		out["eventing/schemas/"+string(f.Type)+".avsc"] = text
	}
	return out, nil
}

// avroRecord describes r where it is used first and names it afterwards.
func avroRecord(r *record, namespace string, seen map[string]bool) any {
	if seen[r.Name] {
		return r.Name
	}
	seen[r.Name] = true
	schema := object{{"type", "record"}, {"name", r.Name}}
	if namespace != "" {
		schema = append(schema, member{"namespace", namespace})
	}
	fields := []object{}
	for _, f := range r.Fields {
		t := avroType(f.Shape, seen)
		entry := object{{"name", f.Name}, {"doc", f.Doc}, {"type", t}}
		if f.Optional || f.Shape.nullable() {
			entry = object{{"name", f.Name}, {"doc", f.Doc}, {"type", []any{"null", t}}, {"default", nil}}
		}
		fields = append(fields, entry)
	}
	return append(schema, member{"doc", r.Doc}, member{"fields", fields})
}

func avroType(s shape, seen map[string]bool) any {
	switch s.kind {
	case kindBool:
		return "boolean"
	case kindInteger:
		return "long"
	case kindUUID:
		return object{{"type", "string"}, {"logicalType", "uuid"}}
	case kindTime:
		return object{{"type", "long"}, {"logicalType", "timestamp-micros"}}
	case kindBytes:
		return "bytes"
	case kindList:
		return object{{"type", "array"}, {"items", avroType(*s.of, seen)}}
	case kindRecord:
		return avroRecord(s.record, "", seen)
	default:
		return "string"
	}
}
