package broker

import (
	"k8s.io/client-go/tools/cache"
	eventingv1 "knative.dev/eventing/pkg/apis/eventing/v1"
	messagingv1 "knative.dev/eventing/pkg/apis/messaging/v1"
	eventinglisters "knative.dev/eventing/pkg/client/listers/eventing/v1"
	messaginglisters "knative.dev/eventing/pkg/client/listers/messaging/v1"
)

// informer tells about objects that never change, where Knative expects to watch
// a cluster. Of the whole interface, Knative's handlers only add event handlers.
type informer struct {
	cache.SharedIndexInformer
	store    cache.Indexer
	handlers *[]cache.ResourceEventHandler
}

func newInformer[T any](objects ...T) informer {
	store := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for _, o := range objects {
		_ = store.Add(o) // fails only for things that are no objects
	}
	return informer{store: store, handlers: &[]cache.ResourceEventHandler{}}
}

// AddEventHandler tells the handler about every object at once.
func (i informer) AddEventHandler(h cache.ResourceEventHandler) (cache.ResourceEventHandlerRegistration, error) {
	for _, o := range i.store.List() {
		h.OnAdd(o, true)
	}
	*i.handlers = append(*i.handlers, h)
	return nil, nil
}

// forget tells the handlers that all objects are gone, so that they end what
// they started for them: every filter has a goroutine.
func (i informer) forget() {
	for _, h := range *i.handlers {
		for _, o := range i.store.List() {
			h.OnDelete(o)
		}
	}
}

type brokers struct{ informer }

func newBrokers(b *eventingv1.Broker) brokers         { return brokers{newInformer(b)} }
func (b brokers) Informer() cache.SharedIndexInformer { return b.informer }
func (b brokers) Lister() eventinglisters.BrokerLister {
	return eventinglisters.NewBrokerLister(b.store)
}

type triggers struct{ informer }

func newTriggers(t []*eventingv1.Trigger) triggers     { return triggers{newInformer(t...)} }
func (t triggers) Informer() cache.SharedIndexInformer { return t.informer }
func (t triggers) Lister() eventinglisters.TriggerLister {
	return eventinglisters.NewTriggerLister(t.store)
}

// subscriptions are asked for only where parts prove who they are to each other.
type subscriptions struct{ informer }

func noSubscriptions() subscriptions                        { return subscriptions{newInformer[*messagingv1.Subscription]()} }
func (s subscriptions) Informer() cache.SharedIndexInformer { return s.informer }
func (s subscriptions) Lister() messaginglisters.SubscriptionLister {
	return messaginglisters.NewSubscriptionLister(s.store)
}
