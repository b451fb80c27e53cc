/* SPDX-License-Identifier: MIT */
/*
 * scenario.h - PLANTED(n): is this the variant with bug n? Every program is
 * built from one source with -DPLANT=0, 1, ..., so that the good one and the
 * bad ones never drift apart. Variant 0 has no bug.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#ifndef PLANT
#define PLANT 0
#endif
#define PLANTED(n) (PLANT == (n))

#endif
