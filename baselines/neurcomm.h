/* neurcomm.h - NeurComm (Chu, Chinchali and Katti 2020): actor-critic agents, each with a memory, that tell their
 * neighbours what they see, what they were about to do, and what they remember, and learn what to remember for each
 * other.
 *
 * A baseline of Learning to Share, whose appendix gives sizes and rates; the rest is as in the authors' program
 * (facts/ltos.md, NeurComm; core/rl/recurrent.h says what it does). The spatial discount alpha weighs the rewards of
 * others by distance, which is the reward shaping that the paper compares with.
 */
#ifndef MG_NEURCOMM_H
#define MG_NEURCOMM_H

#include "core/rl/recurrent.h"

mg_recurrent_config mg_neurcomm_prisoner(void); /* Learning to Share, Table 6 */
mg_recurrent_config mg_neurcomm_jungle(void);
mg_recurrent_config mg_neurcomm_traffic(void);
extern const mg_learner_table mg_neurcomm; /* its config is a mg_recurrent_config */

#endif
