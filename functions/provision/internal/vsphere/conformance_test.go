package vsphere_test

import (
	"testing"

	"dcm.io/functions/provision/internal/hypervisor/hypervisortest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	hypervisortest.Run(t, func(t *testing.T) hypervisortest.Fixture { return fixture{newVCenter(t)} })
}
