# title: Hits that an agent suffers
# caption: Twenty agents, hits on agents, per agent and episode of 120 steps, in greedy evaluations of the last tenth of the
#          training, as long as the panel says. The paper shows them in pictures.
metric = 'hits'
y_label = 'hits per agent and episode'
panels = 'n20 n20_200'
panel_names = '1200 episodes|200 episodes'
lines = 'ltos ltos_code fixed_ltos dgn dqn qmix neurcomm consenet lio ip'
line_names = 'ltos|ltos-code|fixed-ltos|dgn|dqn|qmix|neurcomm|consenet|lio|ip'
panel_lines = 'ltos ltos_code fixed_ltos dgn dqn ip|dqn qmix neurcomm consenet lio'
key(line, panel) = line.'_'.panel
load shared.'/default-bars.gp'
