/* designer.c - networks of a designer, what it saw, its critic. */
#include "core/rl/designer.h"
#include "core/io/memory.h"
#include "core/rl/proximal_step.h"
#include "core/rl/returns.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

static mg_optimiser_config adam(const mg_designer_config *config, double rate)
{
    return config->tensorflow ? mg_adam_tensorflow_default(rate) : mg_adam_torch_default(rate);
}

static void describe_networks(mg_designer *designer, const mg_part *part)
{
    const mg_designer_config *c = &designer->config;
    const mg_initialiser first = c->tensorflow ? MG_INITIALISE_GLOROT_UNIFORM : MG_INITIALISE_FAN_IN_UNIFORM;
    const mg_initialiser bias = c->tensorflow ? MG_INITIALISE_ZERO : first;
    const int last_bias = c->bias ? (int)bias : MG_NO_BIAS;
    const mg_layer hidden_1 = {"first", c->hidden_1, MG_ACTIVATION_RELU, first, bias};
    const mg_layer hidden_2 = {"second", c->hidden_2, MG_ACTIVATION_RELU, first, bias};
    const mg_layer memory = {"memory", c->memory, MG_ACTIVATION_NONE, first, bias};
    const mg_layer given = {"output", c->outputs, c->activation, first, last_bias};
    const mg_layer value = {"output", 1, MG_ACTIVATION_NONE, first, bias};
    const mg_layer giving[] = {hidden_1, hidden_2, given}, valuing[] = {hidden_1, hidden_2, value};
    const mg_layer giving_on[] = {hidden_1, hidden_2, memory, given},
                   valuing_on[] = {hidden_1, hidden_2, memory, value};
    const mg_network_image image = {.channels = part->channels,
                                    .height = part->height,
                                    .width = part->width,
                                    .filters = c->filters,
                                    .window = c->window,
                                    .sparse = true,
                                    .weight = first,
                                    .bias = bias,
                                    .filters_bias = first};
    const bool seen = c->filters > 0 && part->height >= c->window && part->width >= c->window;
    const bool alone = designer->views == part->channels * part->height * part->width;
    const mg_network_image *at = seen && !alone ? &image : NULL;
    if (seen && alone && c->memory == 0) {
        mg_network_pictured(&designer->network, &image, designer->input, c->hidden_1, c->hidden_2, &given, first,
                            (int)bias);
        mg_network_pictured(&designer->critic_network, &image, designer->views, c->hidden_1, c->hidden_2, &value, first,
                            (int)bias);
    } else if (c->memory > 0) {
        mg_network_describe_image(&designer->network, at, designer->input, designer->decisions_max, 2, 4, giving_on);
        mg_network_describe_image(&designer->critic_network, at, designer->views, designer->steps_max + 1, 2, 4,
                                  valuing_on);
    } else {
        mg_network_describe_image(&designer->network, at, designer->input, 1, -1, 3, giving);
        mg_network_describe_image(&designer->critic_network, at, designer->views, 1, -1, 3, valuing);
    }
    designer->network.forget = designer->critic_network.forget = c->tensorflow ? 1.0 : 0.0;
}

static void create_asking(mg_designer *designer)
{
    designer->asking = mg_tape_create(1);
    mg_node input = mg_tape_input(designer->asking, designer->input);
    mg_node memory = mg_tape_input(designer->asking, mg_network_state(&designer->network));
    designer->asked =
        mg_network_record_step(designer->asking, &designer->network, input, memory, &designer->remembered);
    mg_tape_finish(designer->asking);
    designer->asking_workspace = mg_allocate_block(mg_tape_workspace(designer->asking), sizeof(float));
}

static float *reals(int count)
{
    return mg_allocate((size_t)count, sizeof(float));
}

void mg_designer_create(mg_designer *designer, const mg_designer_config *config, const mg_env_spec *environment,
                        mg_key key, uint32_t networks)
{
    const mg_transfer_spec *transfer = &environment->transfer;
    *designer = (mg_designer){.config = *config,
                              .agents = environment->agents,
                              .kinds = transfer->kind ? transfer->kinds : mg_env_agent(environment, 0)->actions,
                              .kind = transfer->kind,
                              .steps_max = environment->longest_episode,
                              .views = mg_part_numbers(transfer->part),
                              .numbers = transfer->givers * transfer->numbers_per_giver,
                              .period = transfer->period > 1 ? transfer->period : 1,
                              .after_actions = transfer->time == MG_TRANSFER_AFTER_ACTIONS,
                              .low = transfer->low,
                              .range = transfer->high - transfer->low};
    designer->decisions_max = (designer->steps_max + designer->period - 1) / designer->period;
    designer->input = designer->views + (designer->after_actions ? designer->agents * designer->kinds : 0);
    describe_networks(designer, &transfer->part[0]);
    const bool whole = config->memory > 0; /* a sample is an episode */
    mg_model_create(&designer->model, &designer->network, whole ? 1 : designer->decisions_max, 1,
                    adam(config, config->rate), 0);
    if (whole)
        create_asking(designer);
    mg_model_initialise(&designer->model, 0, key, networks);
    if (config->critic) {
        mg_model_create(&designer->critic, &designer->critic_network, whole ? 1 : designer->steps_max + 1, 1,
                        adam(config, config->critic_rate), MG_MODEL_TARGET);
        mg_model_initialise(&designer->critic, 0, key, networks + 1);
    }
    designer->gain = reals(designer->agents);
    designer->pending = reals(designer->input);
    designer->value = reals(designer->steps_max + 1);
    designer->target = reals(designer->steps_max);
    designer->advantage = reals(designer->steps_max);
}

void mg_designer_destroy(mg_designer *designer)
{
    void *const block[] = {designer->gain,   designer->pending,   designer->value,
                           designer->target, designer->advantage, designer->asking_workspace};
    if (designer->asking)
        mg_tape_destroy(designer->asking);
    for (size_t i = 0; i < sizeof block / sizeof *block; i++)
        free(block[i]);
    mg_model_destroy(&designer->model);
    mg_model_destroy(&designer->critic);
}

void mg_designer_episode_create(const mg_designer *designer, mg_designer_episode *episode)
{
    *episode = (mg_designer_episode){.welfare = reals(designer->steps_max),
                                     .view = reals((designer->steps_max + 1) * designer->views),
                                     .asked = reals(designer->decisions_max * designer->input)};
}

void mg_designer_episode_destroy(mg_designer_episode *episode)
{
    free(episode->welfare);
    free(episode->view);
    free(episode->asked);
}

/* ---- an episode ---- */

size_t mg_designer_memory(int units)
{
    return 2 * (size_t)units * sizeof(float);
}

/* The same of a network that remembers. */
static const float *ask_on(mg_designer *designer, float *memory)
{
    mg_tape_replay replay = {.rows = 1,
                             .input = {designer->pending, memory},
                             .parameters = mg_model_parameters(&designer->model, 0),
                             .workspace = designer->asking_workspace};
    mg_tape_forward(designer->asking, &replay);
    memcpy(memory, mg_tape_value(designer->asking, &replay, designer->remembered),
           mg_designer_memory(designer->config.memory));
    return mg_tape_value(designer->asking, &replay, designer->asked);
}

const float *mg_designer_ask(mg_designer *designer, const mg_batch *batch, const int32_t *const *actions, int k,
                             float *memory)
{
    const size_t views = (size_t)designer->views;
    float *input = designer->pending;
    memcpy(input, batch->designer + (size_t)k * views, views * sizeof *input);
    input += views;
    for (int i = 0; i < designer->agents && designer->after_actions; i++) {
        const int of = designer->kind ? designer->kind[actions[i][k]] : actions[i][k];
        for (int kind = 0; kind < designer->kinds; kind++)
            *input++ = of == kind ? 1.0f : 0.0f;
    }
    if (designer->asking)
        return ask_on(designer, memory);
    return mg_model_forward(&designer->model, 0, 1, designer->pending);
}

void mg_designer_observe(const mg_designer *designer, mg_designer_episode *episode, const mg_transition *transition)
{
    const size_t views = (size_t)designer->views, input = (size_t)designer->input, t = (size_t)episode->steps++;
    memcpy(episode->view + t * views, transition->before.designer, views * sizeof(float));
    memcpy(episode->view + (t + 1) * views, transition->after.designer, views * sizeof(float));
    episode->welfare[t] = transition->welfare;
    episode->terminated = transition->terminated;
    if (t % (size_t)designer->period == 0)
        memcpy(episode->asked + t / (size_t)designer->period * input, designer->pending, input * sizeof(float));
}

const float *mg_designer_gains(mg_designer *designer, const mg_transition *transition)
{
    for (int i = 0; i < designer->agents; i++)
        designer->gain[i] = transition->reward[i] + transition->received[i];
    return designer->gain;
}

int mg_designer_decisions(const mg_designer *designer, const mg_designer_episode *episode)
{
    return (episode->steps + designer->period - 1) / designer->period;
}

/* ---- steps ---- */

/* Of one episode with so many rows. */
static int samples_of(const mg_designer *designer, int rows)
{
    return designer->asking ? 1 : rows;
}

static void clear_behind(float *number, int count, int most)
{
    memset(number + count, 0, (size_t)(most - count) * sizeof *number);
}

static void step(const mg_designer *designer, mg_model *model)
{
    const double limit = designer->config.gradient_limit;
    for (int v = 0; v < model->layout->views && limit > 0.0; v++) {
        const mg_view *view = &model->layout->view[v];
        mg_clip_gradient_norm((size_t)view->rows * (size_t)view->columns, (float)limit, model->gradient + view->offset);
    }
    mg_model_step(model, 0);
}

const float *mg_designer_answers(mg_designer *designer, const mg_designer_episode *e)
{
    return mg_model_forward(&designer->model, 0, samples_of(designer, mg_designer_decisions(designer, e)), e->asked);
}

void mg_designer_back(mg_designer *designer, const mg_designer_episode *e, float *cotangent)
{
    const int decisions = mg_designer_decisions(designer, e), outputs = designer->config.outputs;
    clear_behind(cotangent, decisions * outputs, designer->decisions_max * outputs);
    mg_model_backward(&designer->model, 0, samples_of(designer, decisions), e->asked, cotangent, NULL);
}

void mg_designer_step(mg_designer *designer)
{
    step(designer, &designer->model);
}

/* ---- the critic ---- */

static void value_views(mg_designer *designer, const mg_designer_episode *e, bool target)
{
    const int rows = e->steps + 1, samples = samples_of(designer, rows);
    const float *found = target ? mg_model_forward_target(&designer->critic, 0, samples, e->view)
                                : mg_model_forward(&designer->critic, 0, samples, e->view);
    memcpy(designer->value, found, (size_t)rows * sizeof(float));
    if (e->terminated && !designer->config.bootstrap_terminated)
        designer->value[e->steps] = 0.0f;
}

void mg_designer_step_critic(mg_designer *designer, const mg_designer_episode *e)
{
    const float discount = (float)designer->config.discount;
    value_views(designer, e, true);
    for (int t = 0; t < e->steps; t++)
        designer->target[t] = e->welfare[t] + discount * designer->value[t + 1];
    const int samples = samples_of(designer, e->steps);
    const float *value = mg_model_forward(&designer->critic, 0, samples, e->view);
    mg_squared_error(e->steps, value, designer->target, designer->value); /* from here on the cotangent */
    clear_behind(designer->value, e->steps, designer->steps_max + 1);
    mg_model_backward(&designer->critic, 0, samples, e->view, designer->value, NULL);
    step(designer, &designer->critic);
    mg_model_follow(&designer->critic, 0, (float)designer->config.follow);
    designer->critic_steps++;
}

void mg_designer_advantages(mg_designer *designer, const mg_designer_episode *e)
{
    value_views(designer, e, false);
    mg_generalised_advantages(e->steps, (float)designer->config.discount, (float)designer->config.trace, e->welfare,
                              designer->value, designer->advantage);
}

/* ---- state ---- */

int mg_designer_tensors(mg_designer *designer, mg_tensor *tensor, int room, int count)
{
    count = mg_model_tensors(&designer->model, MG_KIND_INCENTIVES, "designer", tensor, room, count);
    if (!designer->config.critic)
        return count;
    count = mg_model_tensors(&designer->critic, MG_KIND_CRITICS, "designer critic", tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "designer critic's updates", MG_TYPE_U64, 1, &designer->critic_steps, tensor,
                         room, count);
}

int mg_designer_episode_tensors(const mg_designer *designer, mg_designer_episode *e, mg_tensor *tensor, int room,
                                int count)
{
    const size_t steps = (size_t)designer->steps_max, views = (steps + 1) * (size_t)designer->views;
    const size_t asked = (size_t)designer->decisions_max * (size_t)designer->input;
    count = mg_list_array(MG_KIND_STATE, "episode's steps", MG_TYPE_I32, 1, &e->steps, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episode's end", MG_TYPE_I32, 1, &e->terminated, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episode's welfare", MG_TYPE_FLOAT, steps, e->welfare, tensor, room, count);
    count = mg_list_array(MG_KIND_STATE, "episode's views", MG_TYPE_FLOAT, views, e->view, tensor, room, count);
    return mg_list_array(MG_KIND_STATE, "episode's questions", MG_TYPE_FLOAT, asked, e->asked, tensor, room, count);
}
