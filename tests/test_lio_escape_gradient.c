/* Claim L3 in the Escape Room: the closed form of the meta-gradient against central differences of the whole two-step
 * procedure, with the thesis's networks, on episodes that the room itself has played: two agents, three, asymmetric;
 * and the variant of one episode. */
#include "algos/lio.h"
#include "core/num/isa.h"
#include "suite/shared/escape_play.h"
#include "tests/tap.h"

static void test_room(const char *name, const mg_escape_room_config *config, const mg_lio_config *c, bool one_episode,
                      uint32_t n)
{
    static escape_play room;
    escape_play_begin(&room, config);
    const mg_lio_shape settings = {.policy_hidden_1 = c->policy_hidden_1,
                                   .policy_hidden_2 = c->policy_hidden_2,
                                   .incentive_hidden_1 = c->incentive_hidden_1,
                                   .incentive_hidden_2 = c->incentive_hidden_2,
                                   .discount = c->discount,
                                   .entropy = c->entropy,
                                   .policy_rate = 100.0 * c->policy_rate, /* steps that differences can measure */
                                   .reward_max = c->reward_max,
                                   .log_form = {c->log_of_mixture, c->log_guard}};
    mg_stream stream = mg_stream_at((mg_key){9999, 11}, MG_PURPOSE_TEST, n, 0, 0), again = stream;
    double error = escape_play_gradient_error(&room, &settings, one_episode, &stream, 1.0);
    tap_ok(error < 1e-5, "%s: relative error of the meta-gradient %.2e", name, error);
    error = escape_play_gradient_error(&room, &settings, one_episode, &again, 1.001);
    tap_ok(error > 1e-5, "mutation: 0.1 %% too long is noticed: %.2e", error);
    escape_play_end(&room);
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
