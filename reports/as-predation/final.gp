# title: Normalised final return with 6, 8 and 12 agents (Figure 1)
# place: 2
# caption: 0: nobody cooperates; 1: one volunteer. The mean over the seeds, and each seed; last, networks before
#          training.
metric = 'normalised_return'
y_label = 'normalised return'
panels = 'n6 n8 n12'
panel_names = '6 agents|8 agents|12 agents'
lines = 'as vs vps vps_reward ps ind team start'
line_names = 'as|vs|vps|vps-reward|ps|ind (ours)|team (ours)|untrained'
key(line, panel) = line eq 'start' ? 'as_'.panel.'_untrained' : line.'_'.panel.'_long'
load shared.'/default-bars.gp'
