/* Claim L3 in the Escape Room: the closed form of the meta-gradient against central differences of the whole two-step
 * procedure, with the thesis's networks, on episodes that the room itself has played: two agents, three, asymmetric;
 * and the variant of one episode. */
#include "algos/lio.h"
#include "algos/lio_oracle.h"
#include "core/num/isa.h"
#include "envs/escape_room.h"
#include "tests/tap.h"

enum { AGENTS = 3, LENGTH = 16, BYTES = 2048 };

typedef struct room {
    mg_escape_room_config config;
    mg_env_spec spec;
    _Alignas(16) unsigned char state[BYTES];
} room;

/* Everybody moves and gives at random, by the stream of the case. */
static bool play(void *context, bool first, mg_stream *stream, double *observation, int32_t *action, double *reward)
{
    room *r = context;
    const mg_row row = {&r->config, NULL, r->state};
    float seen[AGENTS * LENGTH], earned[AGENTS], paid[AGENTS], received[AGENTS], transfer[AGENTS * AGENTS];
    mg_outcome outcome = {.reward = earned, .paid = paid, .received = received};
    const mg_joint joint = {.action = action, .transfer = transfer};
    int agents = r->spec.agents, numbers = mg_env_offsets(&r->spec, NULL);
    if (first)
        mg_escape_room.reset(&row, stream);
    for (int i = 0; i < agents; i++)
        action[i] = (int32_t)mg_random_below(stream, (uint32_t)mg_env_agent(&r->spec, i)->actions);
    for (int k = 0; k < agents * agents; k++)
        transfer[k] = mg_random_uniform(stream, 0.0f, 2.0f);
    for (int stage = 0; stage < r->spec.stages; stage++) {
        mg_escape_room.observe(&row, stage, seen);
        if (stage + 1 < r->spec.stages)
            mg_escape_room.disclose(&row, stage, &joint);
    }
    mg_escape_room.step(&row, &joint, NULL, &outcome);
    for (int k = 0; k < numbers; k++)
        observation[k] = (double)seen[k];
    for (int i = 0; i < agents; i++)
        reward[i] = (double)earned[i];
    return outcome.terminated || outcome.truncated;
}

static void test_room(const char *name, const mg_escape_room_config *config, const mg_lio_config *c, bool one_episode,
                      uint32_t n)
{
    static room r;
    r.config = *config;
    mg_escape_room.describe(&r.config, NULL, &r.spec);
    const mg_agent_spec *agent = mg_env_agent(&r.spec, 0);
    const mg_lio_shape shape = {.agents = r.spec.agents,
                                .observation = agent->observation,
                                .actions = agent->actions,
                                .steps_max = r.spec.longest_episode,
                                .policy_hidden_1 = c->policy_hidden_1,
                                .policy_hidden_2 = c->policy_hidden_2,
                                .incentive_hidden_1 = c->incentive_hidden_1,
                                .incentive_hidden_2 = c->incentive_hidden_2,
                                .discount = c->discount,
                                .entropy = c->entropy,
                                .policy_rate = 100.0 * c->policy_rate, /* steps that differences can measure */
                                .reward_max = c->reward_max,
                                .log_form = {c->log_of_mixture, c->log_guard}};
    const mg_lio_game game = {play, &r};
    mg_stream stream = mg_stream_at((mg_key){9999, 11}, MG_PURPOSE_TEST, n, 0, 0), again = stream;
    double error = mg_lio_gradient_error_in(&shape, &game, one_episode, &stream, 1.0);
    tap_ok(error < 1e-5, "%s: relative error of the meta-gradient %.2e", name, error);
    error = mg_lio_gradient_error_in(&shape, &game, one_episode, &again, 1.001);
    tap_ok(error > 1e-5, "mutation: 0.1 %% too long is noticed: %.2e", error);
    mg_env_spec_free(&r.spec);
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    const mg_escape_room_config two = mg_escape_room_default(2, 1), three = mg_escape_room_default(3, 2),
                                asymmetric = mg_escape_room_asymmetric();
    const mg_lio_config of_two = mg_lio_escape_released(2), of_three = mg_lio_escape_released(3),
                        pure = mg_lio_escape_paper(2);
    test_room("ER(2,1)", &two, &of_two, false, 0);
    test_room("ER(2,1), log pi", &two, &pure, false, 1);
    test_room("ER(3,2)", &three, &of_three, false, 2);
    test_room("asymmetric", &asymmetric, &of_two, false, 3);
    test_room("asymmetric, one episode", &asymmetric, &of_two, true, 4);
    return tap_done();
}
