# title: Reward of an agent and step (Table 1)
# place: 2
# caption: Twenty agents; greedy evaluations of the last tenth of the training, as long as the panel says. The dashed line is
#          the paper's number, after convergence. Agents that do anything earn −0.02, players that see the whole board and
#          hit nobody 0.89.
metric = 'reward_per_step'
y_label = 'reward of an agent and step'
panels = 'n20 n20_200'
panel_names = '1200 episodes|200 episodes'
lines = 'ltos ltos_code fixed_ltos dgn dqn qmix neurcomm consenet lio ip'
line_names = 'ltos|ltos-code|fixed-ltos|dgn|dqn|qmix|neurcomm|consenet|lio|ip'
panel_lines = 'ltos ltos_code fixed_ltos dgn dqn ip|dqn qmix neurcomm consenet lio'
key(line, panel) = line.'_'.panel
load shared.'/default-bars.gp'
