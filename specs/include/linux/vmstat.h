/* SPDX-License-Identifier: MIT */
/*
 * This file declares the counters of /proc/vmstat. Nobody reads them: which event is
 * counted does not matter, and its name is not looked at.
 */
#ifndef _LINUX_VMSTAT_H
#define _LINUX_VMSTAT_H

#define count_vm_event(event)		do { } while (0)
#define count_vm_events(event, n)	((void)(n))
#define __count_vm_event(event)		do { } while (0)
#define __count_vm_events(event, n)	((void)(n))
#define count_vm_numa_event(event)	do { } while (0)
#define count_vm_numa_events(event, n)	((void)(n))
#define count_vm_tlb_event(event)	do { } while (0)
#define count_vm_tlb_events(event, n)	((void)(n))
#define count_vm_vma_lock_event(event)	do { } while (0)

#endif /* _LINUX_VMSTAT_H */
