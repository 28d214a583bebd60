package broker

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	eventingduck "knative.dev/eventing/pkg/apis/duck/v1"
	"knative.dev/eventing/pkg/apis/eventing"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	"knative.dev/eventing/pkg/auth"
	knbroker "knative.dev/eventing/pkg/broker"
	"knative.dev/eventing/pkg/broker/filter"
	"knative.dev/eventing/pkg/broker/ingress"
	"knative.dev/eventing/pkg/channel"
	"knative.dev/eventing/pkg/channel/fanout"
	"knative.dev/eventing/pkg/eventingtls"
	"knative.dev/eventing/pkg/kncloudevents"
	"knative.dev/eventing/pkg/reconciler/sugar/trigger/path"
	"knative.dev/pkg/apis"
	duckv1 "knative.dev/pkg/apis/duck/v1"
)

// hops is how often an event may pass the broker, as replies to replies do.
const hops = 255

// wiring does what Knative's controllers do: it fills in the addresses and makes
// the parts.
type wiring struct {
	cfg             Config
	manifest        manifest
	outside, inside string // host and port
}

// resolve writes the status of the broker and of every trigger.
func (w wiring) resolve() error {
	b := w.manifest.broker
	b.Status.SetAddress(&duckv1.Addressable{URL: w.at(w.outside, "/"+b.Namespace+"/"+b.Name)})
	b.Status.Annotations = map[string]string{
		eventing.BrokerChannelAddressStatusAnnotationKey: w.at(w.inside, w.channelPath()).String(),
	}
	for _, t := range w.manifest.triggers {
		subscriber, err := w.destination(&t.Spec.Subscriber)
		if err != nil {
			return fmt.Errorf("subscriber of trigger %s: %w", t.Name, err)
		}
		t.Status.SubscriberURI = subscriber
		if sink := w.delivery(t).DeadLetterSink; sink != nil {
			if t.Status.DeadLetterSinkURI, err = w.destination(sink); err != nil {
				return fmt.Errorf("dead-letter sink of trigger %s: %w", t.Name, err)
			}
		}
	}
	return nil
}

// delivery is the trigger's own, or else the broker's: never a mixture.
func (w wiring) delivery(t *eventingv1.Trigger) *eventingduck.DeliverySpec {
	switch {
	case t.Spec.Delivery != nil:
		return t.Spec.Delivery
	case w.manifest.broker.Spec.Delivery != nil:
		return w.manifest.broker.Spec.Delivery
	default:
		return &eventingduck.DeliverySpec{}
	}
}

func (w wiring) destination(d *duckv1.Destination) (*apis.URL, error) {
	if d.Ref == nil {
		return d.URI, nil
	}
	if d.Ref.Kind != "Service" {
		return nil, fmt.Errorf("%s %q: only Services can be resolved", d.Ref.Kind, d.Ref.Name)
	}
	base, ok := w.cfg.Services[d.Ref.Name]
	if !ok {
		return nil, fmt.Errorf("nobody gave the address of service %q", d.Ref.Name)
	}
	u, err := apis.ParseURL(base)
	if err != nil {
		return nil, fmt.Errorf("address of service %q: %w", d.Ref.Name, err)
	}
	if d.URI != nil {
		u = u.ResolveReference(d.URI)
	}
	return u, nil
}

// handlers makes the ingress and, behind one door, the channel and the filter.
// They hold on to things until forget is called.
func (w wiring) handlers() (outside, inside http.Handler, forget func(), err error) {
	var (
		log      = newLogger(w.cfg.Logger)
		brokers  = newBrokers(w.manifest.broker)
		triggers = newTriggers(w.manifest.triggers)
		verifier = &auth.Verifier{} // verifies nothing: token checks between parts are off
		same     = func(ctx context.Context) context.Context { return ctx }
		mp, tp   = w.cfg.MeterProvider, w.cfg.TracerProvider
	)
	in, err := ingress.NewHandler(log, knbroker.TTLDefaulter(log, hops), brokers, verifier, nil, nil, same, mp, tp)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make the ingress: %w", err)
	}
	fi, err := filter.NewHandler(log, verifier, nil, triggers, brokers, noSubscriptions(), nil, same, mp, tp)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make the filter: %w", err)
	}
	subscriptions, err := w.subscriptions()
	if err != nil {
		return nil, nil, nil, err
	}
	ch, err := fanout.NewFanoutEventHandler(log,
		fanout.Config{Subscriptions: subscriptions}, nil, nil, nil, // answers when its subscribers have, as in a cluster
		kncloudevents.NewDispatcher(eventingtls.ClientConfig{}, nil, kncloudevents.WithMeterProvider(mp), kncloudevents.WithTraceProvider(tp)),
		mp, tp, channel.ResolveChannelFromPath(w.channel))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make the channel: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/triggers/", fi)
	mux.Handle(w.channelPath(), ch)
	return in, mux, func() { triggers.forget(); brokers.forget() }, nil
}

// subscriptions connects the channel to the filter, once for every trigger.
func (w wiring) subscriptions() ([]fanout.Subscription, error) {
	var all []fanout.Subscription
	for _, t := range w.manifest.triggers {
		retry, err := kncloudevents.RetryConfigFromDeliverySpec(*w.delivery(t))
		if err != nil {
			return nil, fmt.Errorf("delivery of trigger %s: %w", t.Name, err)
		}
		s := fanout.Subscription{
			Name: t.Name, Namespace: t.Namespace, UID: t.UID,
			Subscriber:  duckv1.Addressable{URL: w.at(w.inside, path.Generate(t))},
			Reply:       &duckv1.Addressable{URL: w.at(w.inside, path.GenerateReply(t))},
			RetryConfig: &retry,
		}
		if t.Status.DeadLetterSinkURI != nil {
			s.DeadLetter = &duckv1.Addressable{URL: w.at(w.inside, path.GenerateDLS(t))}
		}
		all = append(all, s)
	}
	return all, nil
}

func (w wiring) at(host, path string) *apis.URL {
	return (*apis.URL)(&url.URL{Scheme: "http", Host: host, Path: path})
}

func (w wiring) channelPath() string { return "/channels/" + w.manifest.broker.Name }

func (w wiring) channel(string) (channel.ChannelReference, error) {
	return channel.ChannelReference{Namespace: w.manifest.broker.Namespace, Name: w.manifest.broker.Name}, nil
}
