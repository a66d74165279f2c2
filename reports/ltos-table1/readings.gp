# title: By reading of the paper
# caption: Reward of an agent and step after 300 episodes of training, twenty agents. First as everywhere here; then with hits
#          that cost nothing where they meet something, as the paper's text has it; then with a high level that learns ten
#          times as often, beside what does not learn to share. None of it was used to choose a reading.
metric = 'reward_per_step'
y_label = 'reward of an agent and step'
panels = 'n20_300 free_hits often'
panel_names = 'as everywhere|a hit that meets something is free|the high level learns often'
lines = 'ltos fixed_ltos dgn'
line_names = 'ltos|fixed-ltos|dgn'
panel_lines = 'ltos fixed_ltos dgn|ltos fixed_ltos dgn|ltos'
key(line, panel) = line.'_'.panel
load shared.'/default-bars.gp'
