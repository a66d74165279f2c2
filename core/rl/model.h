/* model.h - networks of one description with what training them takes: parameters, optional targets, gradient, moments,
 * counters, and the replay of a tape that goes from an input to the output.
 *
 *     mg_model_create(&critic, &network, rows, agents, mg_adam_torch_default(1e-4), 0);
 *     const float *value = mg_model_forward(&critic, agent, steps, observation);
 *     mg_squared_error(steps, value, target, cotangent);
 *     mg_model_backward(&critic, agent, steps, observation, cotangent, NULL);
 *     mg_model_step(&critic, agent);
 *
 * A model has `copies` networks: one an agent, one for every pair, or one that all share (whose rows are then all
 * agents of all samples). Copies share tape, workspace and gradient, and nothing else. Memory is taken in create alone.
 */
#ifndef MG_MODEL_H
#define MG_MODEL_H

#include "core/io/tensor.h"
#include "core/num/network.h"
#include "core/num/optimiser.h"

/* Optimisers of several blocks of `count` parameters: moments and counters, kept flat so that tensors lists them as
 * whole arrays. */
typedef struct mg_stepper {
    mg_optimiser_config config;
    size_t count;
    float *moments;           /* [block]: mg_optimiser_reals(count) numbers each */
    double *beta_power;       /* [counter][2] */
    uint64_t *steps;          /* [counter] */
    void *owned;              /* counters that are its own */
    int group, stride, first; /* block b has the counter (b / group) * stride + first + b % group */
} mg_stepper;

/* Everything at its start. */
void mg_stepper_create(mg_stepper *stepper, mg_optimiser_config config, int blocks, size_t count);
void mg_stepper_destroy(mg_stepper *stepper);
/* Counts in arrays of the caller's, at their start already, shared with other steppers: where blocks come in groups,
 * one group of this stepper lies `stride` counters behind the one before, from `first` on. */
void mg_stepper_share_counters(mg_stepper *stepper, double *beta_power, uint64_t *steps, int group, int stride,
                               int first);
/* parameters -= step(gradient). */
void mg_stepper_step(mg_stepper *stepper, int block, const float *gradient, float *parameters);
float *mg_stepper_moments(const mg_stepper *stepper, int block);

typedef enum mg_model_has {
    MG_MODEL_TARGET = 1 << 0, /* a second block a copy that follows slowly; starts equal to the first at initialise */
    MG_MODEL_VALUES = 1 << 1  /* values of every copy's last forward are kept: backward may come after other copies' */
} mg_model_has;

typedef struct mg_model {
    const mg_layout *layout;
    int copies;
    size_t count;      /* parameters of a copy */
    float *parameters; /* [copy][count] */
    float *target;     /* the same, or NULL */
    float *gradient;   /* [count]: of the last backward */
    mg_stepper stepper;
    mg_tape *tape; /* of a network: input 0 is rows (sequences of network->steps rows) x inputs */
    mg_node output;
    float *workspace, *values;
} mg_model;

/* rows: the most of one forward (of a network of sequences: the most sequences, and so everywhere below); 0: none is
 * wanted, the parameters are replayed by tapes of the caller. `network` must outlive the model. */
void mg_model_create(mg_model *model, const mg_network *network, int rows, int copies, mg_optimiser_config optimiser,
                     unsigned has);
/* The same of a finished tape of the caller, which the model ends, with inputs and indices as it was recorded: its
 * networks are replayed by mg_model_replay (below). NULL: as rows 0. `layout` must outlive the model. */
void mg_model_create_recorded(mg_model *model, const mg_layout *layout, mg_tape *tape, mg_node output, int copies,
                              mg_optimiser_config optimiser, unsigned has);
void mg_model_destroy(mg_model *model);

/* Parameters of a copy. */
float *mg_model_parameters(const mg_model *model, int copy);
float *mg_model_target(const mg_model *model, int copy);
/* First values, from the stream (PARAMETERS, 0, 0, number). */
void mg_model_initialise(mg_model *model, int copy, mg_key key, uint32_t number);
/* All parameters times that much, and the target, if there is one, equal to them: the standard deviation of first
 * values that are standard normal. */
void mg_model_spread(mg_model *model, int copy, double spread);

/* Output, rows x outputs, valid until the next forward of any copy. */
const float *mg_model_forward(mg_model *model, int copy, int rows, const float *input);
const float *mg_model_forward_target(mg_model *model, int copy, int rows, const float *input);
/* After that copy's forward with the same rows and input (the last one of the model, but for MG_MODEL_VALUES): fills
 * model->gradient, which is by the parameters, and input_gradient (rows x inputs), unless NULL. */
void mg_model_backward(mg_model *model, int copy, int rows, const float *input, const float *cotangent,
                       float *input_gradient);

/* The same of a tape with inputs and indices of its own. replay: rows, inputs and indices as the tape wants them, and
 * values, unless NULL, where the caller keeps its own (but for MG_MODEL_VALUES); the rest is filled in here.
 * parameters: mg_model_parameters or mg_model_target of the copy. Returns the output. */
const float *mg_model_replay(mg_model *model, int copy, const float *parameters, mg_tape_replay *replay);
/* The same without going forward: its values are those of an earlier forward of the same. */
const float *mg_model_replay_known(mg_model *model, int copy, const float *parameters, mg_tape_replay *replay);
/* Samples of the last forward or replay (but for MG_MODEL_VALUES) into values of the caller's, as
 * mg_tape_move_samples has it. */
void mg_model_keep(const mg_model *model, int first, int count, float *values, int at);
/* After that copy's replay of its parameters: fills model->gradient from `count` cotangents, and input_gradient as
 * mg_tape_backward does. */
void mg_model_replay_backward(mg_model *model, mg_tape_replay *replay, int count, const mg_cotangent *cotangent,
                              float *const *input_gradient);

/* One step of the optimiser down model->gradient. */
void mg_model_step(mg_model *model, int copy);
/* target += tau (parameters - target); 1: becomes equal. */
void mg_model_follow(mg_model *model, int copy, float tau);

/* ---- for a learner's tensors: `count` so far, returns the new count; writes below `room` only ---- */
/* A block's named views as "<prefix> <view>". */
int mg_list_block(const mg_layout *layout, float *block, mg_kind kind, const char *prefix, mg_tensor *tensor, int room,
                  int count);
/* One array. */
int mg_list_array(mg_kind kind, const char *name, mg_type type, size_t n, void *data, mg_tensor *tensor, int room,
                  int count);

/* All that the copies of a model are: "<name> <copy> <view>" and, with a target, "<name> <copy> target <view>" of that
 * kind, then "<name> moments", "<name> powers" and "<name> steps" of its stepper. name: at most 16 letters. */
int mg_model_tensors(const mg_model *model, mg_kind kind, const char *name, mg_tensor *tensor, int room, int count);

#endif
